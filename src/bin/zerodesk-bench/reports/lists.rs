//! Every list, as everyone, under every filter alone and with others, on the first page and on pages anywhere.

use super::timing::{Times, officers, person};
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::Bool;
use uuid::Uuid;
use zerodesk::app::App;
use zerodesk::audit::{self, AuditFilter};
use zerodesk::chat::Stream;
use zerodesk::consultations::queries::{self as talks, ConsultationFilter};
use zerodesk::consultations::{Status, chat_log};
use zerodesk::core::Problem;
use zerodesk::core::actor::{Actor, Scope};
use zerodesk::core::ids::{AccountId, ConsultationId, EnterpriseId, ExpertId};
use zerodesk::core::page::Slice;
use zerodesk::db::schema::{
    account, audit_entry, consultation, enterprise, nonconformity, product_kind, remediation_case,
};
use zerodesk::enterprises::OperatingStatus;
use zerodesk::enterprises::ids::NonconformityId;
use zerodesk::remediation::CaseState;
use zerodesk::remediation::case_filter::{CaseFilter, Turn, Window};
use zerodesk::remediation::deadlines::clock::Clock;
use zerodesk::remediation::ids::CaseId;
use zerodesk::remediation::queries as cases;
use zerodesk::zero_out::queries::{self as lists, Filter};

/// Rows on a page.
const LIMIT: i64 = 50;
/// A few rows anywhere in a list, whose next pages are asked for.
const ANYWHERE: &str = "random() < 0.0001";
const PAGES: usize = 4;

/// The readers of lists, each with a name.
fn everyone(conn: &mut PgConnection) -> Result<Vec<(String, Actor)>, Problem> {
    let [province, city, district] = officers();
    let (by, expert): (AccountId, Option<ExpertId>) = account::table
        .filter(account::expert_id.is_not_null())
        .select((account::id, account::expert_id))
        .first(conn)?;
    let (mine, enterprise): (AccountId, Option<EnterpriseId>) = account::table
        .filter(account::enterprise_id.is_not_null())
        .select((account::id, account::enterprise_id))
        .first(conn)?;
    let mut all = vec![
        ("the province".to_owned(), province),
        ("a city".to_owned(), city),
        ("a district".to_owned(), district),
    ];
    all.extend(expert.map(|id| ("an expert".to_owned(), person(by, Scope::Expert(id)))));
    all.extend(enterprise.map(|id| ("an enterprise".to_owned(), person(mine, Scope::Enterprise(id)))));
    Ok(all)
}

/// The first page and some beyond these rows.
fn slices(rows: Vec<Uuid>) -> Vec<Slice> {
    let beyond = rows.into_iter().take(PAGES).map(Some);
    std::iter::once(None)
        .chain(beyond)
        .map(|after| Slice { after, limit: LIMIT, ..Slice::default() })
        .collect()
}

/// Times the lists and prints `case_list_p99_ms`, `consultation_list_p99_ms`, `zero_out_list_p99_ms`,
/// `enterprise_list_p99_ms`, `audit_list_p99_ms` and `message_list_p99_ms`.
///
/// # Errors
/// When the database refuses.
pub(crate) fn time(app: &App) -> Result<(), Problem> {
    let conn = &mut *app.conn()?;
    let everyone = everyone(conn)?;
    case_list(app, conn, &everyone)?;
    consultation_list(conn, &everyone)?;
    enterprise_lists(conn, &everyone)?;
    audit_list(conn, &everyone)?;
    message_list(conn)
}

fn case_filters(conn: &mut PgConnection) -> Result<Vec<CaseFilter>, Problem> {
    let (enterprise, nonconformity): (EnterpriseId, NonconformityId) = remediation_case::table
        .select((remediation_case::enterprise_id, remediation_case::nonconformity_id))
        .first(conn)?;
    let states = std::iter::once(None).chain(CaseState::ALL.iter().copied().map(Some));
    let regions = [None, Some("440000"), Some("440300"), Some("440103")];
    // None due, the oldest, half of them, all.
    let days = [None, Some("2021-01-01"), Some("2021-10-20"), Some("2022-12-01"), Some("2030-01-01")];
    let mut all = Vec::new();
    for state in states {
        for region in regions {
            for day in days {
                let due_before = day.and_then(|day| day.parse().ok());
                let region = region.map(str::to_owned);
                all.push(CaseFilter { state, region, due_before, ..CaseFilter::default() });
            }
        }
    }
    let class: String = product_kind::table.select(product_kind::class).first(conn)?;
    for region in regions.map(|region| region.map(str::to_owned)) {
        let here = || CaseFilter { region: region.clone(), ..CaseFilter::default() };
        all.extend(Turn::ALL.iter().map(|turn| CaseFilter { turn: Some(*turn), ..here() }));
        all.push(CaseFilter { class: Some(class.clone()), ..here() });
        for [from, to] in
            [["2021-10-20", "2021-10-22"], ["2022-12-01", "2022-12-31"], ["2000-01-01", "2030-01-01"]]
        {
            for clock in std::iter::once(None).chain(Clock::ALL.iter().copied().map(Some)) {
                all.push(CaseFilter {
                    deadline: Window::of(from.parse().ok(), to.parse().ok(), clock),
                    ..here()
                });
            }
        }
        // A part of many names, beginnings of codes and of reports' numbers, nothing.
        for q in ["第77", "有限公司", "B00000000000", "R77", "nobody"] {
            all.push(CaseFilter { q: Some(q.to_owned()), ..here() });
        }
    }
    all.push(CaseFilter { enterprise: Some(enterprise), ..CaseFilter::default() });
    all.push(CaseFilter { nonconformity: Some(nonconformity), ..CaseFilter::default() });
    Ok(all)
}

fn case_list(app: &App, conn: &mut PgConnection, everyone: &[(String, Actor)]) -> Result<(), Problem> {
    let rows: Vec<CaseId> =
        remediation_case::table.filter(sql::<Bool>(ANYWHERE)).select(remediation_case::id).load(conn)?;
    let slices = slices(rows.into_iter().map(|id| id.0).collect());
    let filters = case_filters(conn)?;
    let mut times = Times::of("case_list");
    for (who, actor) in everyone {
        for filter in &filters {
            for slice in &slices {
                let list = || cases::list(app, conn, actor, filter, *slice).map(drop);
                times.add(|| format!("{who}, {filter:?}, {slice:?}"), list)?;
            }
        }
    }
    times.print();
    Ok(())
}

fn consultation_list(conn: &mut PgConnection, everyone: &[(String, Actor)]) -> Result<(), Problem> {
    let rows: Vec<(ConsultationId, EnterpriseId, Option<ExpertId>, Option<NonconformityId>)> =
        consultation::table
            .filter(sql::<Bool>("random() < 0.00002"))
            .select((
                consultation::id,
                consultation::enterprise_id,
                consultation::expert_id,
                consultation::nonconformity_id,
            ))
            .load(conn)?;
    let any = || ConsultationFilter::default();
    let mut filters: Vec<ConsultationFilter> = vec![any()];
    filters.extend(Status::ALL.iter().map(|status| ConsultationFilter { status: Some(*status), ..any() }));
    filters.extend([true, false].map(|alarm| ConsultationFilter { alarm: Some(alarm), ..any() }));
    if let Some((_, enterprise, expert, nonconformity)) = rows.first() {
        filters.push(ConsultationFilter { enterprise: Some(*enterprise), ..any() });
        filters.push(ConsultationFilter { expert: *expert, ..any() });
        filters.push(ConsultationFilter { expert: *expert, status: Some(Status::Active), ..any() });
        filters.push(ConsultationFilter { nonconformity: *nonconformity, ..any() });
    }
    let slices = slices(rows.into_iter().map(|row| row.0.0).collect());
    let mut times = Times::of("consultation_list");
    for (who, actor) in everyone {
        for filter in &filters {
            for slice in &slices {
                let list = || talks::list(conn, actor, filter, *slice).map(drop);
                times.add(|| format!("{who}, {filter:?}, {slice:?}"), list)?;
            }
        }
    }
    times.print();
    Ok(())
}

fn enterprise_lists(conn: &mut PgConnection, everyone: &[(String, Actor)]) -> Result<(), Problem> {
    let mut filters = Vec::new();
    for region in [None, Some("440300"), Some("440103")] {
        for operating_status in [None, Some(OperatingStatus::Operating), Some(OperatingStatus::Revoked)] {
            for cleared in [None, Some(true), Some(false)] {
                let region = region.map(str::to_owned);
                filters.push(Filter { q: None, region, operating_status, cleared, ..Filter::default() });
            }
        }
    }
    filters.extend(
        ["第77", "B0000", "nobody", "甲乙丙"].map(|q| Filter { q: Some(q.to_owned()), ..Filter::default() }),
    );
    let owners: Vec<EnterpriseId> =
        enterprise::table.filter(sql::<Bool>(ANYWHERE)).select(enterprise::id).load(conn)?;
    let points: Vec<NonconformityId> =
        nonconformity::table.filter(sql::<Bool>(ANYWHERE)).select(nonconformity::id).load(conn)?;
    let owners = slices(owners.into_iter().map(|id| id.0).collect());
    let points = slices(points.into_iter().map(|id| id.0).collect());
    let (mut enterprises, mut zero_out) = (Times::of("enterprise_list"), Times::of("zero_out_list"));
    for (who, actor) in everyone {
        for filter in &filters {
            for slice in &owners {
                let list = || lists::list(conn, actor, filter, *slice).map(drop);
                enterprises.add(|| format!("{who}, {filter:?}, {slice:?}"), list)?;
            }
            for slice in &points {
                let list = || lists::zero_out_list(conn, actor, filter, *slice).map(drop);
                zero_out.add(|| format!("{who}, {filter:?}, {slice:?}"), list)?;
            }
        }
    }
    enterprises.print();
    zero_out.print();
    Ok(())
}

fn audit_list(conn: &mut PgConnection, everyone: &[(String, Actor)]) -> Result<(), Problem> {
    let rows: Vec<(i64, Option<Uuid>)> = audit_entry::table
        .filter(sql::<Bool>("random() < 0.00002"))
        .select((audit_entry::id, audit_entry::subject_id))
        .load(conn)?;
    let mut filters = vec![AuditFilter::default()];
    filters.extend(
        ["open_consultation", "transfer_consultation", "nothing"]
            .map(|action| AuditFilter { action: Some(action.to_owned()), ..AuditFilter::default() }),
    );
    filters
        .extend(rows.first().map(|(_, subject)| AuditFilter { subject: *subject, ..AuditFilter::default() }));
    filters.push(AuditFilter { actor: Some(Uuid::nil()), ..AuditFilter::default() });
    let beyond = rows.iter().map(|(id, _)| Uuid::from_u128(u128::try_from(*id).unwrap_or(0)));
    let slices = slices(beyond.collect());
    let mut times = Times::of("audit_list");
    for (who, actor) in everyone.iter().filter(|(_, actor)| matches!(actor.scope(), Some(Scope::Admin(_)))) {
        for filter in &filters {
            for slice in &slices {
                let list = || audit::list(conn, actor, filter, *slice).map(drop);
                times.add(|| format!("{who}, {filter:?}, {slice:?}"), list)?;
            }
        }
    }
    times.print();
    Ok(())
}

fn message_list(conn: &mut PgConnection) -> Result<(), Problem> {
    let of: Vec<(ConsultationId, AccountId, EnterpriseId)> = consultation::table
        .filter(sql::<Bool>("random() < 0.0002"))
        .select((consultation::id, consultation::opened_by, consultation::enterprise_id))
        .load(conn)?;
    let mut times = Times::of("message_list");
    for (id, account, enterprise) in of {
        let actor = person(account, Scope::Enterprise(enterprise));
        let read = || chat_log(&actor).read_after(conn, id, Stream::Talk, 0, LIMIT, i64::MAX).map(drop);
        times.add(|| id.to_string(), read)?;
    }
    times.print();
    Ok(())
}
