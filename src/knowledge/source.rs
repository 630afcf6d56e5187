//! The consultation that an article comes from: what its forms say, and what is known of those who took part, for the stripping.

use crate::catalogue::Catalogue;
use crate::consultations::conclusion::{self, ConclusionAction, ConclusionDocument};
use crate::consultations::queries as consultations;
use crate::consultations::views::ConsultationView;
use crate::core::Problem;
use crate::core::actor::Actor;
use crate::core::ids::ConsultationId;
use crate::knowledge::content::{Content, MAX_TEXT, MAX_TITLE, MOST_LINES, StandardRef};
use crate::knowledge::stripping::{FindingKind, Known};
use diesel::prelude::*;
use diesel::sql_types::{Array, Nullable, Text, Uuid as SqlUuid};

/// A consultation with its latest conclusion.
pub struct Source {
    /// The consultation.
    pub consultation: ConsultationView,
    /// Its conclusion as it was given out; none where it was concluded without a number.
    pub document: Option<ConclusionDocument>,
}

/// A consultation that the actor may know of.
///
/// # Errors
/// 404 where the actor may not know of it.
pub fn load(conn: &mut PgConnection, actor: &Actor, id: ConsultationId) -> Result<Source, Problem> {
    let consultation = consultations::get(conn, actor, id)?;
    let document = match conclusion::latest(conn, id) {
        Ok(view) => Some(view.document),
        Err(problem) if problem.status == 404 => None,
        Err(problem) => return Err(problem),
    };
    Ok(Source { consultation, document })
}

#[derive(QueryableByName)]
struct Record {
    #[diesel(sql_type = Text)]
    report_no: String,
    #[diesel(sql_type = Nullable<Text>)]
    laboratory: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    signed_by: Option<String>,
}

#[derive(QueryableByName)]
struct Items {
    #[diesel(sql_type = Array<Text>)]
    failed_items: Vec<String>,
}

#[derive(QueryableByName)]
struct Enterprise {
    #[diesel(sql_type = Text)]
    uscc: String,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Nullable<Text>)]
    address: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    contact_name: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    contact_phone: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    contact_email: Option<String>,
}

#[derive(QueryableByName)]
struct Someone {
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Nullable<Text>)]
    email: Option<String>,
    #[diesel(sql_type = Text)]
    role: String,
}

/// Everyone who took part, was asked, or wrote, and the people of the enterprise.
const PEOPLE: &str = "
    SELECT DISTINCT a.name, a.email, a.role
    FROM published.account a
    WHERE a.enterprise_id = $2
       OR a.id IN (SELECT p.account_id FROM published.consultation_participant p WHERE p.consultation_id = $1)
       OR a.id IN (SELECT m.sender_id FROM published.chat_message m WHERE m.consultation_id = $1)
    UNION
    SELECT x.name, x.email, 'expert'
    FROM published.consultation_offer o JOIN published.expert x ON x.id = o.expert_id
    WHERE o.consultation_id = $1";

/// The most reports of an enterprise whose numbers are looked for.
const REPORTS: i64 = 500;

impl Source {
    /// The text of a draft, as the forms of advice and conclusion give it.
    ///
    /// # Errors
    /// When the database can't be asked.
    pub fn draft(&self, conn: &mut PgConnection) -> Result<Content, Problem> {
        let c = &self.consultation;
        let failed: Option<Items> =
            diesel::sql_query("SELECT failed_items FROM published.nonconformity_ever WHERE id = $1")
                .bind::<Nullable<SqlUuid>, _>(c.nonconformity)
                .get_result(conn)
                .optional()?;
        let actions = self.document.as_ref().map(|d| d.actions.as_slice()).unwrap_or_default();
        let cause = self.document.as_ref().and_then(|d| d.cause.clone()).or(c.cause.clone());
        let mut failed_items = failed.map(|found| found.failed_items).unwrap_or_default();
        failed_items.truncate(MOST_LINES);
        let cut = |text: String, most: usize| text.chars().take(most).collect::<String>();
        Ok(Content {
            title: cut(c.subject.clone(), MAX_TITLE),
            product_kinds: vec![c.product_kind.code.clone()],
            failed_items,
            standards: standards(actions),
            question: cut(c.question.clone(), MAX_TEXT),
            cause: cut(cause.unwrap_or_default(), MAX_TEXT),
            actions: cut(steps(actions), MAX_TEXT),
            result: cut(c.conclusion.clone().unwrap_or_default(), MAX_TEXT),
        })
    }

    /// What must not be in the article.
    ///
    /// # Errors
    /// When the database can't be asked.
    pub fn known(&self, conn: &mut PgConnection, catalogue: &Catalogue) -> Result<Known, Problem> {
        let c = &self.consultation;
        let mut known = Known::of_regions(catalogue);
        let enterprise: Enterprise = diesel::sql_query(
            "SELECT uscc, name, address, contact_name, contact_phone, contact_email FROM published.enterprise WHERE id = $1",
        )
        .bind::<SqlUuid, _>(c.enterprise.id)
        .get_result(conn)?;
        known.add_enterprise(&enterprise.name);
        known.add(FindingKind::Uscc, &enterprise.uscc);
        for (kind, text) in [
            (FindingKind::Address, &enterprise.address),
            (FindingKind::Phone, &enterprise.contact_phone),
            (FindingKind::Mail, &enterprise.contact_email),
        ] {
            known.add(kind, text.as_deref().unwrap_or_default());
        }
        known.add_person(enterprise.contact_name.as_deref().unwrap_or_default(), "某联系人");
        let people: Vec<Someone> = diesel::sql_query(PEOPLE)
            .bind::<SqlUuid, _>(c.id)
            .bind::<SqlUuid, _>(c.enterprise.id)
            .load(conn)?;
        for someone in people {
            known.add_person(&someone.name, whose(&someone.role));
            known.add(FindingKind::Mail, someone.email.as_deref().unwrap_or_default());
        }
        if let Some(document) = &self.document {
            known.add_enterprise(&document.enterprise);
            known.add(FindingKind::Uscc, &document.uscc);
            known.add_person(&document.expert, whose("expert"));
            for opinion in &document.opinions {
                known.add_person(&opinion.name, whose("expert"));
            }
            for action in &document.actions {
                known.add_person(action.owner.as_deref().unwrap_or_default(), "某负责人");
            }
        }
        known.add_as(FindingKind::ReportNo, c.conclusion_number.as_deref().unwrap_or_default(), "某结论书");
        let records: Vec<Record> = diesel::sql_query(
            "SELECT report_no, laboratory, signed_by FROM published.nonconformity_ever WHERE enterprise_id = $1
             ORDER BY id DESC LIMIT $2",
        )
        .bind::<SqlUuid, _>(c.enterprise.id)
        .bind::<diesel::sql_types::BigInt, _>(REPORTS)
        .load(conn)?;
        for record in records {
            known.add(FindingKind::ReportNo, &record.report_no);
            known.add_as(
                FindingKind::Enterprise,
                record.laboratory.as_deref().unwrap_or_default(),
                "某检验机构",
            );
            known.add_person(record.signed_by.as_deref().unwrap_or_default(), "某检验人员");
        }
        Ok(known)
    }
}

/// What stands in place of the name of someone of this role.
fn whose(role: &str) -> &'static str {
    match role {
        "expert" => "某专家",
        "enterprise" => "某联系人",
        _ => "某监管人员",
    }
}

/// The actions, one a line.
fn steps(actions: &[ConclusionAction]) -> String {
    let line = |(n, action): (usize, &ConclusionAction)| {
        format!("{n}. 【{}】{}", action.kind_zh, action.description)
    };
    (1..).zip(actions).map(line).collect::<Vec<_>>().join("\n")
}

/// The standards that actions rest on, each once.
fn standards(actions: &[ConclusionAction]) -> Vec<StandardRef> {
    let mut all: Vec<StandardRef> = Vec::new();
    for action in actions {
        if let Some(standard) = &action.standard {
            let one = StandardRef { standard: standard.clone(), clause: action.clause.clone() };
            if !all.contains(&one) && all.len() < MOST_LINES {
                all.push(one);
            }
        }
    }
    all
}
