//! What a clearance requires: recovery criteria, each with its proof, and a reviewer who neither advised on the case nor entered
//! the result of the re-inspection.

use crate::core::fields::Fields;
use crate::core::ids::{AccountId, ExpertId};
use crate::core::problem::FieldError;
use crate::core::text::Text;
use crate::core::{Code, Problem};
use crate::db::published::{
    account, consultation, consultation_participant, nonconformity_ever as nonconformity,
};
use crate::db::schema::{case_action, case_criterion, case_evidence, product_kind};
use crate::db::tx::Subject;
use crate::db::{Command, Tx};
use crate::remediation::action::ActionState;
use crate::remediation::breach::ended;
use crate::remediation::course::Course;
use crate::remediation::ids::{ActionId, CaseId, EvidenceId};
use crate::remediation::load::lock_visible;
use crate::remediation::policy::{authority, permit_authority};
use crate::remediation::settings::{Criterion, Proof, RemediationSettings};
use crate::remediation::state::CaseState;
use crate::remediation::store::Row;
use crate::remediation::view::BothTexts;
use crate::settings::Settings;
use chrono::{DateTime, Utc};
use diesel::dsl::{count_star, exists, select};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// A recovery criterion (康复标准) of a case.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct CriterionView {
    /// By which it is decided on.
    pub key: String,
    /// What must hold.
    pub text: BothTexts,
    /// What proves it where no officer has decided.
    pub proof: Proof,
    /// Whether it holds now.
    pub met: bool,
    /// The pieces of evidence that bear on it, oldest first: those that name it; where any evidence proves it, also those that
    /// name none; where the actions do, those of the actions; and the piece that an officer's decision is based on.
    pub evidence: Vec<EvidenceId>,
    /// What an officer decided.
    pub decision: Option<CriterionDecision>,
}

/// An officer's decision on a recovery criterion.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct CriterionDecision {
    /// Whether it holds.
    pub met: bool,
    /// The piece of evidence that it is based on.
    pub evidence: Option<EvidenceId>,
    /// In the officer's words.
    pub note: Option<String>,
    /// The moment of the decision, UTC.
    pub decided_at: DateTime<Utc>,
}

/// A piece of evidence, and what it says that it proves.
#[derive(Queryable)]
struct Piece {
    id: EvidenceId,
    criterion: Option<String>,
    action: Option<ActionId>,
}

type Decided = (String, bool, Option<EvidenceId>, Option<String>, DateTime<Utc>);

/// The criteria of a case's product class, and the state of each.
///
/// # Errors
/// When the database can't be asked.
pub fn criteria(
    conn: &mut PgConnection,
    settings: &Settings,
    row: &Row,
    state: CaseState,
) -> Result<Vec<CriterionView>, Problem> {
    let class: String = nonconformity::table
        .inner_join(product_kind::table.on(product_kind::code.eq(nonconformity::product_kind)))
        .filter(nonconformity::id.eq(row.nonconformity_id))
        .select(product_kind::class)
        .first(conn)?;
    let decided: Vec<Decided> = case_criterion::table
        .filter(case_criterion::case_id.eq(row.id))
        .select((
            case_criterion::key,
            case_criterion::met,
            case_criterion::evidence_id,
            case_criterion::note,
            case_criterion::decided_at,
        ))
        .load(conn)?;
    let pieces: Vec<Piece> = case_evidence::table
        .filter(case_evidence::case_id.eq(row.id))
        .order(case_evidence::id)
        .select((case_evidence::id, case_evidence::criterion, case_evidence::action_id))
        .load(conn)?;
    let undone: i64 = case_action::table
        .filter(case_action::case_id.eq(row.id))
        .filter(case_action::state.eq(ActionState::Accepted))
        .select(count_star())
        .first(conn)?;
    let standing = Standing { state, undone, decided: &decided, pieces: &pieces };
    Ok(settings
        .section::<RemediationSettings>()
        .criteria_for(&class)
        .map(|criterion| standing.view(criterion))
        .collect())
}

/// What decides the states of the criteria of a case.
struct Standing<'a> {
    state: CaseState,
    /// Actions that the enterprise has accepted and not carried out.
    undone: i64,
    decided: &'a [Decided],
    pieces: &'a [Piece],
}

impl Standing<'_> {
    fn view(&self, criterion: &Criterion) -> CriterionView {
        let decision = self.decided.iter().find(|decision| decision.0 == criterion.key);
        let decided_on = decision.and_then(|decision| decision.2);
        let bears = |piece: &&Piece| {
            let of_it = match criterion.proof {
                Proof::Evidence => piece.criterion.is_none(),
                Proof::Actions => piece.criterion.is_none() && piece.action.is_some(),
                Proof::Reinspection | Proof::Officer => false,
            };
            of_it || piece.criterion.as_ref() == Some(&criterion.key) || decided_on == Some(piece.id)
        };
        let evidence: Vec<EvidenceId> = self.pieces.iter().filter(bears).map(|piece| piece.id).collect();
        let proved = match criterion.proof {
            Proof::Evidence => !evidence.is_empty(),
            Proof::Reinspection => matches!(self.state, CaseState::ReinspectionPassed | CaseState::Cleared),
            Proof::Actions => self.undone == 0,
            Proof::Officer => false,
        };
        CriterionView {
            key: criterion.key.clone(),
            text: (&criterion.text).into(),
            proof: criterion.proof,
            met: decision.map_or(proved, |decision| decision.1),
            evidence,
            decision: decision.map(|(_, met, evidence, note, decided_at)| CriterionDecision {
                met: *met,
                evidence: *evidence,
                note: note.clone(),
                decided_at: *decided_at,
            }),
        }
    }
}

/// Decides on a recovery criterion of a case.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct DecideCriterion {
    /// The case.
    pub case: CaseId,
    /// The criterion.
    pub key: String,
    /// The decision.
    pub decision: NewDecision,
}

/// A decision on a recovery criterion.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewDecision {
    /// Whether it holds.
    pub met: bool,
    /// The piece of the case's evidence that it is based on; where it holds, the newest that names the criterion, if none is
    /// given.
    #[serde(default)]
    pub evidence: Option<EvidenceId>,
    /// In the officer's words, at most 2,000 characters; needed where it does not hold.
    #[serde(default)]
    pub note: Option<String>,
}

impl Command for DecideCriterion {
    type Output = CaseId;
    const NAME: &'static str = "decide_criterion";

    fn run(&self, tx: &mut Tx) -> Result<CaseId, Problem> {
        let (row, context) = lock_visible(tx, self.case)?;
        permit_authority(&tx.actor, &row, &context.region, &tx.catalogue.regions)?;
        let Some(account) = tx.actor.account() else { return Err(Problem::unauthenticated()) };
        let settings = std::sync::Arc::clone(&tx.settings);
        if !criteria(&mut tx.conn, &settings, &row, row.state)?.iter().any(|c| c.key == self.key) {
            return Err(Problem::not_found());
        }
        let NewDecision { met, evidence, note } = &self.decision;
        let named: Option<EvidenceId> = case_evidence::table
            .filter(case_evidence::case_id.eq(row.id))
            .filter(case_evidence::criterion.eq(&self.key))
            .order(case_evidence::id.desc())
            .select(case_evidence::id)
            .first(&mut *tx.conn)
            .optional()?;
        let evidence = &evidence.or(named.filter(|_| *met));
        let mut fields = Fields::new();
        let note = fields.optional_text("/note", note.as_deref(), 2000);
        fields.require(
            *met || note.is_some(),
            "/note",
            "须说明未满足的原因",
            "must say why it does not hold",
        );
        fields.require(
            !*met || evidence.is_some(),
            "/evidence",
            "须注明所依据的证据",
            "the piece of evidence that it is based on is needed",
        );
        if let Some(evidence) = evidence {
            let known: bool =
                select(exists(case_evidence::table.find(evidence).filter(case_evidence::case_id.eq(row.id))))
                    .get_result(&mut *tx.conn)?;
            fields.require(known, "/evidence", "不是本案件的证据", "is not a piece of this case's evidence");
        }
        fields.done()?;
        if row.state.is_final() {
            return Err(ended());
        }
        let decision = (
            case_criterion::met.eq(met),
            case_criterion::evidence_id.eq(evidence),
            case_criterion::note.eq(&note),
            case_criterion::decided_by.eq(account),
            case_criterion::decided_at.eq(tx.now),
        );
        diesel::insert_into(case_criterion::table)
            .values((case_criterion::case_id.eq(row.id), case_criterion::key.eq(&self.key), decision))
            .on_conflict((case_criterion::case_id, case_criterion::key))
            .do_update()
            .set(decision)
            .execute(&mut *tx.conn)?;
        let subject = Subject::new("remediation_case", row.id.0).in_region(authority(&row, &context.region));
        let data = json!({ "key": self.key, "met": met, "evidence": evidence, "note": note });
        tx.audit(Self::NAME, subject, data)?;
        Ok(row.id)
    }
}

/// Refuses a clearance that does not meet the requirements, and names everything that is missing.
///
/// # Errors
/// 409 `adviser_may_not_clear`, `inspector_may_not_clear` or `criteria_unmet`, by the first that is missing, with all in
/// `errors`: `/reviewer`, and `/criteria/{key}` for each criterion.
pub fn require(tx: &mut Tx, row: &Row, course: &Course) -> Result<(), Problem> {
    let Some(reviewer) = course.cleared.and_then(|(by, _)| by).or(tx.actor.account()) else {
        return Err(Problem::forbidden());
    };
    let mut missing: Vec<(Code, FieldError)> = Vec::new();
    if is_adviser(tx, row, reviewer)? {
        let text =
            Text::new("曾为该企业提供意见的专家不得审核清零", "whoever advised on the case may not clear it");
        missing.push((Code::AdviserMayNotClear, FieldError::body("/reviewer", text)));
    }
    if course.result_by.contains(&reviewer) {
        let text = Text::new(
            "登记复查结果的人员不得审核清零，须由另一名监管人员审核",
            "whoever entered the re-inspection's result may not clear the case; another officer does",
        );
        missing.push((Code::InspectorMayNotClear, FieldError::body("/reviewer", text)));
    }
    let (settings, state) = (std::sync::Arc::clone(&tx.settings), course.state.unwrap_or(row.state));
    for unmet in criteria(&mut tx.conn, &settings, row, state)?.into_iter().filter(|c| !c.met) {
        let text = Text::new(
            format!("康复标准未满足：{}", unmet.text.zh),
            format!("a recovery criterion is not met: {}", unmet.text.en),
        );
        missing.push((Code::CriteriaUnmet, FieldError::body(format!("/criteria/{}", unmet.key), text)));
    }
    let Some((code, first)) = missing.first() else { return Ok(()) };
    let mut problem = Problem::new(*code, first.detail.clone());
    problem.errors = missing.into_iter().map(|(_, error)| error).collect();
    Err(problem)
}

/// Whether the reviewer advised the enterprise: by the same account or, under another, by the same mail address.
fn is_adviser(tx: &mut Tx, row: &Row, reviewer: AccountId) -> Result<bool, Problem> {
    let address: Option<String> =
        account::table.find(reviewer).select(account::email).first(&mut *tx.conn)?;
    Ok(advisers(&mut tx.conn, row)?.into_iter().any(|(id, email)| {
        let same_address = match (&address, &email) {
            (Some(mine), Some(theirs)) => mine.eq_ignore_ascii_case(theirs),
            _ => false,
        };
        id == reviewer || same_address
    }))
}

/// The experts who visited an enterprise to help.
#[derive(QueryableByName)]
struct Helper {
    #[diesel(sql_type = diesel::sql_types::Uuid)]
    expert_id: ExpertId,
}

/// The accounts, with their mail addresses, of the experts who advised on a case or visited its enterprise to help: whoever took
/// part as an expert in a consultation about its nonconformity, or gave an action of it.
fn advisers(conn: &mut PgConnection, row: &Row) -> Result<Vec<(AccountId, Option<String>)>, Problem> {
    let consulted = consultation_participant::table
        .inner_join(consultation::table)
        .filter(consultation::nonconformity_id.eq(row.nonconformity_id))
        .filter(consultation_participant::role.eq("expert"))
        .select(consultation_participant::account_id);
    let helpers: Vec<Helper> = diesel::sql_query("SELECT expert_id FROM case_helpers($1)")
        .bind::<diesel::sql_types::Uuid, _>(row.enterprise_id)
        .load(conn)?;
    let mut advised: Vec<ExpertId> = case_action::table
        .filter(case_action::case_id.eq(row.id))
        .filter(case_action::advised_by.is_not_null())
        .select(case_action::advised_by.assume_not_null())
        .distinct()
        .load(conn)?;
    advised.extend(helpers.into_iter().map(|helper| helper.expert_id));
    Ok(account::table
        .filter(account::id.eq_any(consulted).or(account::expert_id.eq_any(advised).assume_not_null()))
        .select((account::id, account::email))
        .load(conn)?)
}
