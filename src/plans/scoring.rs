//! From what is known to the pairs with their scores. Pure; works on all the machine's cores.

use crate::catalogue::Catalogue;
use crate::core::Language;
use crate::core::ids::ExpertId;
use crate::experts::duty::Hour;
use crate::matching::model::facts::{
    EnterpriseKey, ExpertFacts, LanguageSet, NeedFacts, Outcomes, Report, Share, Specialty, Subject,
};
use crate::matching::model::rules::Exclusion;
use crate::matching::model::terms::{TermId, all_terms, terms};
use crate::matching::model::vocabulary::Vocabulary;
use crate::matching::model::weights::Model;
use crate::plans::pairs::{Micros, Pairs};
use crate::plans::snapshot::{EnterpriseSide, ExpertSide, Scope, Snapshot};
use crate::plans::vocabulary::Unserved;
use chrono::NaiveDate;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;

/// So many enterprises are scored at a time.
const CHUNK: usize = 256;

/// Why nobody may be given to an enterprise: the reason, and how many experts each rule excludes of
/// those who know something of its products.
pub type WithoutExpert = (Unserved, BTreeMap<Exclusion, u32>);

/// All pairs, and for each enterprise without any the reason.
#[derive(Debug, Clone, Default)]
pub struct Scored {
    /// The pairs, enterprises and experts in the order of the snapshot.
    pub pairs: Pairs,
    /// In the same order; none where there is a pair.
    pub nobody: Vec<Option<WithoutExpert>>,
}

/// Scores every pair that the rules allow. `step` is informed how many enterprises are done and may end
/// the work by an error.
///
/// # Errors
/// Those of `step`.
pub fn score<E>(
    snapshot: &Snapshot,
    scope: &Scope,
    model: &Model,
    catalogue: &Catalogue,
    mut step: impl FnMut(usize) -> Result<(), E>,
) -> Result<Scored, E> {
    let judge = Judge::new(&snapshot.enterprises, snapshot, scope, model, catalogue);
    let least = scope.least_score.unwrap_or(0);
    let chunks: Vec<&[Vec<NeedFacts>]> = judge.needs.chunks(CHUNK).collect();
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(chunks.len().max(1));
    let next = AtomicUsize::new(0);
    let (send, receive) = mpsc::channel();
    let mut parts: Vec<Option<Scored>> = vec![None; chunks.len()];
    std::thread::scope(|threads_of| {
        for _ in 0..threads {
            let (send, next, judge, chunks) = (send.clone(), &next, &judge, &chunks);
            threads_of.spawn(move || {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    let Some(chunk) = chunks.get(number) else { break };
                    // Nobody listens any more when the work is ended early.
                    if send.send((number, judge.chunk(chunk, least))).is_err() {
                        break;
                    }
                }
            });
        }
        drop(send);
        let mut done = 0;
        for (number, part) in receive {
            done += part.nobody.len();
            if let Some(place) = parts.get_mut(number) {
                *place = Some(part);
            }
            step(done)?;
        }
        Ok(())
    })?;
    let mut scored =
        Scored { pairs: Pairs::new(judge.places), nobody: Vec::with_capacity(judge.needs.len()) };
    for part in parts.into_iter().flatten() {
        scored.pairs.append(&part.pairs);
        scored.nobody.extend(part.nobody);
    }
    Ok(scored)
}

/// Every expert who knows something of the products of one enterprise, by number, with the score of the pair or the rule that excludes
/// the expert; whatever the least score is.
#[must_use]
pub fn judged(
    enterprise: &EnterpriseSide,
    snapshot: &Snapshot,
    scope: &Scope,
    model: &Model,
    catalogue: &Catalogue,
) -> Vec<(u32, Result<Micros, Exclusion>)> {
    let judge = Judge::new(std::slice::from_ref(enterprise), snapshot, scope, model, catalogue);
    let Some(needs) = judge.needs.first() else { return Vec::new() };
    judge.experts_who_know(needs).into_iter().map(|number| (number, judge.pair(needs, number))).collect()
}

struct Judge<'a> {
    model: &'a Model,
    /// Of each enterprise a need for each kind.
    needs: Vec<Vec<NeedFacts>>,
    experts: Vec<ExpertFacts>,
    places: Vec<u32>,
    /// The experts with a specialty in each class.
    by_class: Vec<Vec<u32>>,
}

impl<'a> Judge<'a> {
    /// For some of the snapshot's enterprises, and all its experts.
    fn new(
        enterprises: &[EnterpriseSide],
        snapshot: &Snapshot,
        scope: &Scope,
        model: &'a Model,
        catalogue: &Catalogue,
    ) -> Self {
        let words = Vocabulary::new(&catalogue.products);
        let experts: Vec<ExpertFacts> =
            snapshot.experts.iter().map(|side| expert_facts(side, &words)).collect();
        let needs = enterprises.iter().map(|side| needs(side, snapshot.day, &words)).collect();
        let mut by_class: Vec<Vec<u32>> = Vec::new();
        for (expert, number) in experts.iter().zip(0_u32..) {
            for specialty in &expert.specialties {
                let (Subject::Kind { class, .. } | Subject::Class(class)) = specialty.subject;
                if by_class.len() <= usize::from(class) {
                    by_class.resize(usize::from(class) + 1, Vec::new());
                }
                if let Some(list) = by_class.get_mut(usize::from(class))
                    && list.last() != Some(&number)
                {
                    list.push(number);
                }
            }
        }
        let places = snapshot.experts.iter().map(|e| e.places(scope.rounds, scope.capacity_basis)).collect();
        Self { model, needs, experts, places, by_class }
    }

    fn chunk(&self, enterprises: &[Vec<NeedFacts>], least: Micros) -> Scored {
        let mut scored = Scored { pairs: Pairs::new(self.places.clone()), nobody: Vec::new() };
        for needs in enterprises {
            let (mut row, mut rules, mut below) = (Vec::new(), BTreeMap::new(), false);
            for number in self.experts_who_know(needs) {
                match self.pair(needs, number) {
                    Ok(score) if score < least => below = true,
                    Ok(score) => row.push((number, score)),
                    Err(Exclusion::NoSpecialty) => {}
                    Err(rule) => *rules.entry(rule).or_insert(0) += 1,
                }
            }
            let reason = match (below, rules.is_empty()) {
                (true, _) => Unserved::LeastScore,
                (false, true) => Unserved::NoSpecialty,
                (false, false) => Unserved::Excluded,
            };
            scored.nobody.push(row.is_empty().then_some((reason, rules)));
            scored.pairs.push(row);
        }
        scored
    }

    /// The experts with a specialty in a class of the needs or in a related one, rising.
    fn experts_who_know(&self, needs: &[NeedFacts]) -> Vec<u32> {
        let classes = needs.iter().flat_map(|need| std::iter::once(&need.class).chain(&need.related));
        let lists = classes.filter_map(|class| self.by_class.get(usize::from(*class)));
        let mut who: Vec<u32> = lists.flatten().copied().collect();
        who.sort_unstable();
        who.dedup();
        who
    }

    /// The mean over the kinds, or the rule that excludes the expert.
    fn pair(&self, needs: &[NeedFacts], number: u32) -> Result<Micros, Exclusion> {
        let at = number as usize;
        let (Some(expert), Some(&places)) = (self.experts.get(at), self.places.get(at)) else {
            return Err(Exclusion::NoSpecialty);
        };
        let (mut sum, mut known) = (0.0, false);
        for need in needs {
            match crate::matching::model::exclusion(need, expert) {
                // The plan counts places of its own.
                None | Some(Exclusion::AtCapacity) => {
                    known = true;
                    sum += self.model.total(&self.model.parts(need, expert));
                }
                Some(Exclusion::NoSpecialty) => {}
                Some(rule) => return Err(rule),
            }
        }
        match (known, places) {
            (false, _) => Err(Exclusion::NoSpecialty),
            (true, 0) => Err(Exclusion::AtCapacity),
            (true, _) => Ok(micros(sum / f64::from(u32::try_from(needs.len()).unwrap_or(1).max(1)))),
        }
    }
}

#[expect(clippy::cast_possible_truncation, reason = "a score is 0 to 1")]
fn micros(score: f64) -> Micros {
    (score.clamp(0.0, 1.0) * 1e6).round() as Micros
}

fn expert_facts(side: &ExpertSide, words: &Vocabulary) -> ExpertFacts {
    let specialties = side
        .specialties
        .iter()
        .filter_map(|(kind, class, level, items)| {
            let subject = words.subject(kind.as_deref(), class.as_deref())?;
            let items = all_terms(items.iter().map(String::as_str));
            Some(Specialty { subject, level: *level, items })
        })
        .collect();
    let [reinspected, passed_first, ratings, rating_sum] = side.outcomes;
    ExpertFacts {
        id: side.id,
        approved: true,
        suspended: false,
        available: side.available,
        leave: side.leave,
        shifts: vec![],
        specialties,
        regions: side.regions.iter().filter_map(|code| code.parse().ok()).collect(),
        languages: LanguageSet::of(side.languages.iter().map(|tag| Language::from_tag(tag))),
        capacity: side.capacity,
        load: side.open,
        conflicts: side.conflicts.iter().map(|uscc| EnterpriseKey::of(uscc)).collect(),
        refused_by: side.refused_by.iter().map(|uscc| EnterpriseKey::of(uscc)).collect(),
        employer: side.employer.as_deref().map(TermId::of),
        institution: side.institution.as_deref().map(TermId::of),
        name: Some(TermId::of(&side.name)),
        signed: side.signed.iter().map(|number| TermId::of(number)).collect(),
        outcomes: Outcomes { reinspected, passed_first, ratings, rating_sum },
    }
}

/// A need for each kind of the enterprise's nonconformities, in the order in which they come.
fn needs(side: &EnterpriseSide, day: NaiveDate, words: &Vocabulary) -> Vec<NeedFacts> {
    let mut reports = Vec::with_capacity(side.records.len());
    for record in &side.records {
        reports.push(Report {
            number: TermId::of(&record.report_no),
            laboratory: record.laboratory.as_deref().map(TermId::of),
            signer: record.signed_by.as_deref().map(TermId::of),
        });
    }
    let mut needs: Vec<NeedFacts> = Vec::new();
    for record in &side.records {
        let Some(place) = words.kind(&record.kind) else { continue };
        let items = record.items.iter().map(|item| terms(item)).collect::<Vec<_>>();
        let days_left = record.due_on.map(|due| days(day, due));
        if let Some(need) = needs.iter_mut().find(|need| need.kind == place.kind) {
            need.items.extend(items);
            need.days_left = [need.days_left, days_left].into_iter().flatten().min();
            continue;
        }
        needs.push(NeedFacts {
            kind: place.kind,
            class: place.class,
            related: words.related(place.class).to_vec(),
            items,
            enterprise: EnterpriseKey::of(&side.uscc),
            name: TermId::of(&side.name),
            region: side.region.parse().unwrap_or(0),
            language: Language::from_tag(&side.language),
            supervision: place.supervision,
            days_left,
            on_site: true,
            hour: Hour::noon(day),
            duty_only: false,
            reports: reports.clone(),
            earlier: side.earlier.clone(),
            tried: Vec::<ExpertId>::new(),
            share: Share::default(),
        });
    }
    needs
}

fn days(from: NaiveDate, to: NaiveDate) -> i32 {
    i32::try_from(to.signed_duration_since(from).num_days()).unwrap_or(i32::MAX)
}
