//! Giving the products of a round away for testing.

use crate::core::ids::EnterpriseId;
use crate::core::{Code, Problem, Text};
use crate::cross_inspections::assignment::{Given, MayTest, Unassignable, assign, codes, share};
use crate::cross_inspections::ids::{ParticipantId, ProductId, RoundId};
use crate::cross_inspections::notices;
use crate::cross_inspections::relations::Relations;
use crate::cross_inspections::settings::CrossInspectionSettings;
use crate::cross_inspections::state::{RelationKind, RoundState, RoundStep, transition};
use crate::cross_inspections::store::{self, Loaded};
use crate::db::published::enterprise;
use crate::db::schema::{cross_participant, cross_product, cross_relation, cross_round};
use crate::db::{Command, Tx};
use crate::programmes::draw::algorithm::{Weighted, draw};
use chrono::Days;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};

/// Gives each product a blind code and a participant that tests it, by the solver: nobody gets its own product, or one of a related enterprise or a competitor. A share, drawn
/// by the same seed, goes to the laboratory as well.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AssignRound {
    /// The round.
    pub id: RoundId,
}

/// A participant with its name and credit code.
struct Member {
    id: ParticipantId,
    enterprise: EnterpriseId,
    name: String,
    uscc: String,
}

/// A refusal that names enterprises.
fn impossible(zh: &str, en: &str, names: &BTreeSet<&str>) -> Problem {
    let list = |comma: &str| names.iter().copied().collect::<Vec<_>>().join(comma);
    let text = Text::new(format!("{zh}：{}", list("、")), format!("{en}: {}", list(", ")));
    Problem::new(Code::CrossAssignmentImpossible, text)
}

fn members(tx: &mut Tx, loaded: &Loaded) -> Result<Vec<Member>, Problem> {
    let ids: Vec<EnterpriseId> = loaded.participants.iter().map(|one| one.enterprise_id).collect();
    let known: Vec<(EnterpriseId, String, String)> = enterprise::table
        .filter(enterprise::id.eq_any(&ids))
        .select((enterprise::id, enterprise::name, enterprise::uscc))
        .load(&mut *tx.conn)?;
    let mut known: BTreeMap<EnterpriseId, (String, String)> =
        known.into_iter().map(|(id, name, uscc)| (id, (name, uscc))).collect();
    let member = |one: &store::Participant| {
        let (name, uscc) = known.remove(&one.enterprise_id).unwrap_or_default();
        Member { id: one.id, enterprise: one.enterprise_id, name, uscc }
    };
    Ok(loaded.participants.iter().map(member).collect())
}

/// Refuses a round that is too small, or in which somebody has not declared or handed anything in.
fn require_complete(
    tx: &Tx,
    loaded: &Loaded,
    members: &[Member],
    products: &[(ProductId, ParticipantId)],
) -> Result<(), Problem> {
    let settings = tx.settings.section::<CrossInspectionSettings>();
    let rules = settings.version(&loaded.row.rules_version).or_else(|| settings.rules_on(tx.today()));
    let least = rules.map_or(3, |rules| rules.least_participants);
    if members.len() < least {
        let text = Text::new(
            format!("参加企业不足 {least} 家，无法保证盲样检验"),
            format!("fewer than {least} enterprises take part, so that codes would hide nobody"),
        );
        return Err(Problem::new(Code::CrossAssignmentImpossible, text));
    }
    let silent: BTreeSet<&str> = members
        .iter()
        .zip(&loaded.participants)
        .filter(|(_, one)| one.declared_at.is_none())
        .map(|(member, _)| member.name.as_str())
        .collect();
    if !silent.is_empty() {
        let (zh, en) = (
            "以下企业尚未申报关联企业和竞争对手",
            "these have not declared their related enterprises and competitors",
        );
        return Err(impossible(zh, en, &silent));
    }
    let empty: BTreeSet<&str> = members
        .iter()
        .filter(|member| !products.iter().any(|(_, owner)| *owner == member.id))
        .map(|member| member.name.as_str())
        .collect();
    if !empty.is_empty() {
        return Err(impossible("以下企业尚未登记产品", "these have handed in no product", &empty));
    }
    Ok(())
}

/// Which of these enterprises tested whose products in earlier rounds that were not given up: testers with owners.
fn tested_before(
    tx: &mut Tx,
    round: RoundId,
    members: &[Member],
) -> Result<BTreeSet<(usize, usize)>, Problem> {
    let ids: Vec<EnterpriseId> = members.iter().map(|member| member.enterprise).collect();
    let place = |id: EnterpriseId| members.iter().position(|member| member.enterprise == id);
    let known: Vec<(ParticipantId, EnterpriseId)> = cross_participant::table
        .filter(cross_participant::enterprise_id.eq_any(ids))
        .filter(cross_participant::round_id.ne(round))
        .select((cross_participant::id, cross_participant::enterprise_id))
        .load(&mut *tx.conn)?;
    let before: Vec<ParticipantId> = known.iter().map(|(id, _)| *id).collect();
    let given_up =
        cross_round::table.filter(cross_round::state.eq(RoundState::Withdrawn)).select(cross_round::id);
    let pairs: Vec<(Option<ParticipantId>, ParticipantId)> = cross_product::table
        .filter(cross_product::participant_id.eq_any(&before))
        .filter(cross_product::tester_id.assume_not_null().eq_any(&before))
        .filter(cross_product::round_id.ne_all(given_up))
        .select((cross_product::tester_id, cross_product::participant_id))
        .distinct()
        .load(&mut *tx.conn)?;
    let place = |of: ParticipantId| place(known.iter().find(|(id, _)| *id == of)?.1);
    let placed =
        |(tester, owner): (Option<ParticipantId>, ParticipantId)| Some((place(tester?)?, place(owner)?));
    Ok(pairs.into_iter().filter_map(placed).collect())
}

impl Command for AssignRound {
    type Output = RoundId;
    const NAME: &'static str = "assign_cross_round";

    fn run(&self, tx: &mut Tx) -> Result<RoundId, Problem> {
        let loaded = store::led(tx, self.id)?;
        let to = transition(loaded.row.state, RoundStep::Assign)?;
        let members = members(tx, &loaded)?;
        let products: Vec<(ProductId, ParticipantId)> = cross_product::table
            .filter(cross_product::round_id.eq(self.id))
            .order(cross_product::id)
            .select((cross_product::id, cross_product::participant_id))
            .load(&mut *tx.conn)?;
        require_complete(tx, &loaded, &members, &products)?;
        let declared: Vec<(ParticipantId, RelationKind, String)> = cross_relation::table
            .filter(cross_relation::participant_id.eq_any(members.iter().map(|member| member.id)))
            .select((cross_relation::participant_id, cross_relation::kind, cross_relation::uscc))
            .load(&mut *tx.conn)?;
        let code_of =
            |id: ParticipantId| members.iter().find(|one| one.id == id).map(|one| one.uscc.as_str());
        let relations = Relations::new(
            declared.iter().filter_map(|(id, kind, other)| Some((code_of(*id)?, *kind, other.as_str()))),
        );
        let before = tested_before(tx, self.id, &members)?;
        let may = |tester: usize, owner: usize| {
            let (Some(one), Some(other)) = (members.get(tester), members.get(owner)) else {
                return MayTest::Not;
            };
            match relations.forbid(&one.uscc, &other.uscc) {
                Some(_) => MayTest::Not,
                None if before.contains(&(tester, owner)) => MayTest::Again,
                None => MayTest::Yes,
            }
        };
        let mut seed = [0; 32];
        getrandom::fill(&mut seed)?;
        let ids: Vec<String> = products.iter().map(|(id, _)| id.to_string()).collect();
        let given: Vec<Given<'_>> = ids
            .iter()
            .zip(&products)
            .filter_map(|(id, (_, owner))| {
                Some(Given { id, owner: members.iter().position(|member| member.id == *owner)? })
            })
            .collect();
        let testers =
            assign(&seed, members.len(), &given, may).map_err(|stuck| refusal(&stuck, &given, &members))?;
        let rows: Vec<Weighted<'_>> = ids.iter().map(|id| Weighted { id, weight: 1 }).collect();
        let checked: BTreeSet<usize> =
            draw(&seed, &rows, share(rows.len(), loaded.row.check_percent)).into_iter().collect();
        let codes = codes(&seed, products.len());
        for (place, ((id, _), (tester, code))) in products.iter().zip(testers.iter().zip(&codes)).enumerate()
        {
            let tester = members.get(*tester).map(|member| member.id);
            diesel::update(cross_product::table.find(*id))
                .set((
                    cross_product::code.eq(code),
                    cross_product::tester_id.eq(tester),
                    cross_product::checked.eq(checked.contains(&place)),
                ))
                .execute(&mut *tx.conn)?;
        }
        let settings = tx.settings.section::<CrossInspectionSettings>();
        let rules = settings.version(&loaded.row.rules_version).or_else(|| settings.rules_on(tx.today()));
        let days = Days::new(rules.map_or(0, |rules| u64::from(rules.result_days)));
        let due_on = tx.today().checked_add_days(days).unwrap_or_else(|| tx.today());
        diesel::update(cross_round::table.find(self.id))
            .set((
                cross_round::state.eq(to),
                cross_round::assigned_at.eq(tx.now),
                cross_round::results_due_on.eq(due_on),
                cross_round::seed.eq(seed.to_vec()),
            ))
            .execute(&mut *tx.conn)?;
        store::step(tx, &loaded.row, RoundStep::Assign, None)?;
        let data = json!({ "products": products.len(), "checked": checked.len() });
        store::audit(tx, &loaded.row, Self::NAME, data)?;
        notices::assigned(tx, self.id, &loaded.row.name, due_on)?;
        Ok(self.id)
    }
}

/// The refusal where products can't be given away: first those that nobody may test, else those for which nobody is left.
fn refusal(stuck: &[(usize, Unassignable)], given: &[Given<'_>], members: &[Member]) -> Problem {
    let names = |why: Unassignable| -> BTreeSet<&str> {
        let of = stuck.iter().filter(|(_, found)| *found == why);
        of.filter_map(|(place, _)| members.get(given.get(*place)?.owner))
            .map(|member| member.name.as_str())
            .collect()
    };
    let nobody = names(Unassignable::Nobody);
    if nobody.is_empty() {
        let (zh, en) = (
            "回避关系过多，以下企业的产品没有可分配的检验方，请增加参加企业或减少其产品",
            "too many must not test each other; for the products of these nobody is left (let more take part, or fewer products in)",
        );
        return impossible(zh, en, &names(Unassignable::Full));
    }
    let (zh, en) = (
        "以下企业的产品在本轮中没有任何企业可以检验（其余均为关联企业或竞争对手）",
        "nobody of the round may test the products of these (all others are kin or rivals)",
    );
    impossible(zh, en, &nobody)
}
