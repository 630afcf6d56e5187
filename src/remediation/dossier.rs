//! The dossier: a whole case in one piece, as far as the reader may see it.

use crate::app::App;
use crate::audit::{self, AuditEntry};
use crate::chat::Stream;
use crate::chat::events::StoredMessage;
use crate::consultations::chat_log;
use crate::consultations::queries::{self as consultations, ConsultationFilter, ConsultationView};
use crate::core::Problem;
use crate::core::actor::{Actor, Scope};
use crate::core::page::{MAX_LIMIT, Slice};
use crate::db::published::{enterprise, nonconformity_ever as nonconformity};
use crate::remediation::case_view::CaseDetail;
use crate::remediation::ids::CaseId;
use crate::remediation::queries;
use crate::remediation::settings::RemediationSettings;
use crate::remediation::view::BothTexts;
use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};

/// Messages that are read at a time, and about how many bytes of them.
const BATCH: (i64, i64) = (500, 1024 * 1024);

/// A whole case.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Dossier {
    /// When it was made.
    pub made_at: DateTime<Utc>,
    /// The enterprise.
    pub enterprise: DossierEnterprise,
    /// The nonconformity.
    pub nonconformity: DossierNonconformity,
    /// The law that the case is judged by.
    pub law: DossierLaw,
    /// The case: clocks, hold, events, actions, evidence, criteria.
    pub case: CaseDetail,
    /// The consultations about the nonconformity that the reader may see, oldest first.
    pub consultations: Vec<DossierConsultation>,
    /// The audit of the case with its hashes, oldest first. Who did it by which request is for regulators only.
    pub audit: Vec<AuditEntry>,
}

/// The enterprise of a dossier.
#[derive(Debug, Clone, Serialize, Deserialize, Queryable, utoipa::ToSchema)]
pub struct DossierEnterprise {
    /// Its unified social credit code.
    pub uscc: String,
    /// Whether the code breaks the rule of the standard and was let in by an officer.
    pub uscc_admitted: bool,
    /// Its name.
    pub name: String,
    /// The status in the register.
    pub operating_status: String,
    /// Code of its region.
    pub region: String,
    /// Its address.
    pub address: Option<String>,
}

/// The nonconformity of a dossier.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct DossierNonconformity {
    /// Number of the report.
    pub report_no: String,
    /// Code of the product kind.
    pub product_kind: String,
    /// The kind's name.
    pub product: BothTexts,
    /// When the sample was taken.
    pub inspected_on: NaiveDate,
    /// Level of the sampling.
    pub inspection_level: Option<String>,
    /// What failed.
    pub failed_items: Vec<String>,
}

/// The version of the rules of a dossier.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct DossierLaw {
    /// Its name.
    pub version: String,
    /// Where it is published.
    pub source: String,
}

/// A consultation of a dossier.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct DossierConsultation {
    /// What it is, with its conclusion.
    #[serde(flatten)]
    pub consultation: ConsultationView,
    /// What was said, in order.
    pub talk: Vec<StoredMessage>,
    /// The experts' notes; absent for whoever may not read them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub notes: Option<Vec<StoredMessage>>,
}

/// Gathers the dossier of a case. The connection reads one state of the database, so that the parts fit each other.
///
/// # Errors
/// 404 where the actor may not know of the case.
pub fn dossier(app: &App, conn: &mut PgConnection, actor: &Actor, id: CaseId) -> Result<Dossier, Problem> {
    let case = queries::get(app, conn, actor, id)?;
    let enterprise = enterprise::table
        .find(case.case.enterprise_id)
        .select((
            enterprise::uscc,
            enterprise::uscc_admitted,
            enterprise::name,
            enterprise::operating_status,
            enterprise::region,
            enterprise::address,
        ))
        .first(conn)?;
    let (inspected_on, inspection_level) = nonconformity::table
        .find(case.case.nonconformity_id)
        .select((nonconformity::inspected_on, nonconformity::inspection_level))
        .first(conn)?;
    let kind = app.catalogue().products.kind(&case.case.product_kind);
    let nonconformity = DossierNonconformity {
        report_no: case.case.report_no.clone(),
        product_kind: case.case.product_kind.clone(),
        product: BothTexts {
            zh: kind.map_or_else(|| case.case.product_kind.clone(), |k| k.name_zh.clone()),
            en: kind.map_or_else(|| case.case.product_kind.clone(), |k| k.name_en.clone()),
        },
        inspected_on,
        inspection_level,
        failed_items: case.failed_items.clone(),
    };
    let rules = app.settings().section::<RemediationSettings>().version(&case.case.rule_version);
    Ok(Dossier {
        made_at: app.clock().now(),
        enterprise,
        nonconformity,
        law: DossierLaw {
            version: case.case.rule_version.clone(),
            source: rules.map(|rules| rules.source.clone()).unwrap_or_default(),
        },
        consultations: talks(conn, actor, &case)?,
        audit: trail(conn, actor, id)?,
        case,
    })
}

fn trail(conn: &mut PgConnection, actor: &Actor, id: CaseId) -> Result<Vec<AuditEntry>, Problem> {
    let mut rows = audit::of_subject(conn, "remediation_case", id.0)?;
    if !matches!(actor, Actor::System) && !matches!(actor.scope(), Some(Scope::Admin(_))) {
        for row in &mut rows {
            (row.actor_id, row.request_id) = (None, None);
        }
    }
    Ok(rows)
}

fn talks(
    conn: &mut PgConnection,
    actor: &Actor,
    case: &CaseDetail,
) -> Result<Vec<DossierConsultation>, Problem> {
    let filter = ConsultationFilter {
        nonconformity: Some(case.case.nonconformity_id),
        ..ConsultationFilter::default()
    };
    let mut slice = Slice { limit: MAX_LIMIT, ..Slice::default() };
    let mut all = Vec::new();
    loop {
        let page = consultations::list(conn, actor, &filter, slice)?;
        let last = page.items.last().map(|c| c.id.0);
        for consultation in page.items {
            let talk = messages(conn, actor, &consultation, Stream::Talk)?.unwrap_or_default();
            let notes = messages(conn, actor, &consultation, Stream::Notes)?;
            all.push(DossierConsultation { consultation, talk, notes });
        }
        match (page.next_cursor, last) {
            (Some(_), Some(last)) => slice.after = Some(last),
            _ => break,
        }
    }
    all.reverse();
    Ok(all)
}

/// All messages of a stream; none where the actor may not read it.
fn messages(
    conn: &mut PgConnection,
    actor: &Actor,
    consultation: &ConsultationView,
    stream: Stream,
) -> Result<Option<Vec<StoredMessage>>, Problem> {
    if !consultation.last_seq.contains_key(stream.as_str()) {
        return Ok(None);
    }
    let (mut all, mut after) = (Vec::new(), 0);
    loop {
        let part =
            chat_log(actor).read_after(conn, consultation.id, stream, after, BATCH.0, BATCH.1)?.messages;
        let Some(last) = part.last().map(|message| message.seq) else { return Ok(Some(all)) };
        after = last;
        all.extend(part);
    }
}
