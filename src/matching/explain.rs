//! Everyone who could be chosen for a need, and whom a rule excludes, for people.

use crate::core::Problem;
use crate::core::ids::ExpertId;
use crate::experts::duty::Hour;
use crate::matching::model::rules::{Exclusion, exclusion, exclusions};
use crate::matching::model::vocabulary::Vocabulary;
use crate::matching::model::weights::Model;
use crate::matching::need::Need;
use crate::matching::roster::facts::Candidate;
use crate::matching::roster::memory::{Moment, roster};
use crate::matching::score::{Score, score};
use crate::matching::selection::Criteria;
use crate::matching::settings::{DutyRule, MatchingSettings};
use crate::matching::tier::Tier;
use diesel::PgConnection;

/// A candidate as matching sees it at a moment.
#[derive(Debug, Clone)]
pub struct AssessedCandidate {
    /// The expert.
    pub candidate: Candidate,
    /// How near the expert is to the need.
    pub tier: Tier,
    /// Reasons for the expert.
    pub score: Score,
    /// The rule that excludes the expert, if one does.
    pub excluded_by: Option<Exclusion>,
}

/// A named expert as matching sees one at a moment, whatever the specialties.
#[derive(Debug, Clone)]
pub struct NamedExpert {
    /// The expert.
    pub id: ExpertId,
    /// Reasons for the expert; none for one whom matching does not know.
    pub score: Option<Score>,
    /// All rules that speak against the expert, the lasting ones first.
    pub rules: Vec<Exclusion>,
}

/// Named experts for a need, in their order.
///
/// # Errors
/// When the database can't be asked.
pub fn assess(
    conn: &mut PgConnection,
    need: &Need,
    moment: Moment<'_>,
    settings: &MatchingSettings,
    experts: &[ExpertId],
) -> Result<Vec<NamedExpert>, Problem> {
    let vocabulary = Vocabulary::new(&moment.catalogue.products);
    let mut need = need.facts(&vocabulary, Hour::of(moment.now, &moment.catalogue.calendar));
    need.duty_only = settings.duty == DutyRule::Only;
    need.share.percent = settings.enterprise_share_percent;
    let (roster, model) = (roster(moment.cache), Model::new(settings));
    let own = roster.refresh(conn, &vocabulary)?;
    let view = roster.view(&own);
    let named = |id: &ExpertId| match view.get(*id) {
        Some(candidate) => NamedExpert {
            id: *id,
            score: Some(score(candidate, &need, &model)),
            rules: exclusions(&need, &candidate.facts).collect(),
        },
        None => NamedExpert { id: *id, score: None, rules: vec![Exclusion::NotApproved] },
    };
    Ok(experts.iter().map(named).collect())
}

/// How many candidates an explanation lists.
const EXPLAINED: usize = 500;

/// Everyone whose specialties have to do with a need: those who could be chosen, in the order in
/// which they would be, then those whom a rule excludes. The first `EXPLAINED` of each.
///
/// # Errors
/// When the database can't be asked.
pub fn explain(
    conn: &mut PgConnection,
    need: &Need,
    moment: Moment<'_>,
    settings: &MatchingSettings,
) -> Result<Vec<AssessedCandidate>, Problem> {
    let vocabulary = Vocabulary::new(&moment.catalogue.products);
    let hour = Hour::of(moment.now, &moment.catalogue.calendar);
    let mut need = need.facts(&vocabulary, hour);
    need.duty_only = settings.duty == DutyRule::Only;
    need.share.percent = settings.enterprise_share_percent;
    let (roster, model) = (roster(moment.cache), Model::new(settings));
    let criteria = Criteria { need: &need, model: &model, duty: settings.duty };
    let own = roster.refresh(conn, &vocabulary)?;
    let view = roster.view(&own);
    let mut judged: Vec<_> = view
        .all()
        .filter_map(|candidate| {
            let tier = Tier::of(&need, &candidate.facts)?;
            let (score, excluded_by) = (score(candidate, &need, &model), exclusion(&need, &candidate.facts));
            Some((
                (excluded_by.is_some(), tier, criteria.rank(candidate, score.total)),
                candidate,
                score,
                excluded_by,
            ))
        })
        .collect();
    judged.sort_unstable_by_key(|(key, ..)| *key);
    let allowed = judged.iter().take_while(|(.., rule)| rule.is_none()).count();
    let first = |(at, _): &(usize, _)| *at < EXPLAINED || (allowed..allowed + EXPLAINED).contains(at);
    let whole = |((_, tier, _), candidate, score, excluded_by): (_, &Candidate, Score, _)| {
        AssessedCandidate { candidate: candidate.clone(), tier, score, excluded_by }
    };
    Ok(judged.into_iter().enumerate().filter(first).map(|(_, judged)| whole(judged)).collect())
}
