//! The rows of one import on their way into the database.

use crate::core::Problem;
use crate::core::ids::EnterpriseId;
use crate::db::schema::zero_out_rejection;
use crate::enterprises::global_search::{SearchTexts, report_key};
use crate::enterprises::ids::NonconformityId;
use crate::enterprises::{InspectionLevel, OperatingStatus, Uscc};
use crate::list_files::reader::line::Line;
use crate::list_files::rejection_code::RejectionCode;
use crate::list_files::rejections::KeptReason;
use crate::remediation::ids::CaseId;
use crate::remediation::opening::Opening;
use crate::zero_out::ids::ImportId;
use crate::zero_out::import::column::Header;
use crate::zero_out::import::row::{CellFault, Row};
use chrono::NaiveDate;
use diesel::PgConnection;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use serde_json::Value;

diesel::table! {
    /// The good rows of the running import; kept for one transaction.
    import_row (row_no) {
        row_no -> Int4,
        ord -> Text,
        enterprise_id -> Uuid,
        nonconformity_id -> Uuid,
        case_id -> Nullable<Uuid>,
        uscc -> Text,
        uscc_admitted -> Bool,
        name -> Text,
        operating_status -> Text,
        region -> Text,
        address -> Nullable<Text>,
        contact_name -> Nullable<Text>,
        contact_phone -> Nullable<Text>,
        contact_email -> Nullable<Text>,
        product_kind -> Text,
        report_no -> Text,
        report_key -> Text,
        inspected_on -> Date,
        inspection_level -> Nullable<Text>,
        failed_items -> Array<Text>,
        order_issued_on -> Nullable<Date>,
        rectify_by -> Nullable<Date>,
        reinspect_by -> Nullable<Date>,
        rule_version -> Nullable<Text>,
        laboratory -> Nullable<Text>,
        signed_by -> Nullable<Text>,
    }
}

diesel::table! {
    /// Each name of each enterprise in the good rows, once, with what searches look for; kept for one transaction.
    import_name (uscc, name) {
        uscc -> Text,
        name -> Text,
        search_text -> Text,
        search_readings -> Text,
    }
}

/// Makes the tables for the good rows. `ord` is the row's number in digits of fixed width: put
/// before a value, the greatest such text is the value of the last row.
pub fn create(conn: &mut PgConnection) -> Result<(), Problem> {
    conn.batch_execute(
        "CREATE TEMP TABLE import_row (
            row_no int4 NOT NULL, ord text NOT NULL,
            enterprise_id uuid NOT NULL, nonconformity_id uuid NOT NULL, case_id uuid,
            uscc text NOT NULL, uscc_admitted boolean NOT NULL, name text NOT NULL, operating_status text NOT NULL, region text NOT NULL,
            address text, contact_name text, contact_phone text, contact_email text,
            product_kind text NOT NULL, report_no text NOT NULL, report_key text NOT NULL, inspected_on date NOT NULL,
            inspection_level text, failed_items text[] NOT NULL,
            order_issued_on date, rectify_by date, reinspect_by date, rule_version text,
            laboratory text, signed_by text
        ) ON COMMIT DROP;
        CREATE TEMP TABLE import_name (
            uscc text NOT NULL, name text NOT NULL, search_text text NOT NULL, search_readings text NOT NULL
        ) ON COMMIT DROP",
    )?;
    Ok(())
}

/// A good row with the ids that its parts get if they are new.
#[derive(Debug, Insertable)]
#[diesel(table_name = import_row, treat_none_as_default_value = false)]
pub struct Incoming {
    row_no: i32,
    ord: String,
    enterprise_id: EnterpriseId,
    nonconformity_id: NonconformityId,
    case_id: Option<CaseId>,
    uscc: Uscc,
    uscc_admitted: bool,
    name: String,
    operating_status: OperatingStatus,
    region: String,
    address: Option<String>,
    contact_name: Option<String>,
    contact_phone: Option<String>,
    contact_email: Option<String>,
    product_kind: String,
    report_no: String,
    report_key: String,
    inspected_on: NaiveDate,
    inspection_level: Option<InspectionLevel>,
    failed_items: Vec<String>,
    order_issued_on: Option<NaiveDate>,
    rectify_by: Option<NaiveDate>,
    reinspect_by: Option<NaiveDate>,
    rule_version: Option<String>,
    laboratory: Option<String>,
    signed_by: Option<String>,
}

impl Incoming {
    /// A row with its number, the id for its enterprise, and the case that its order opens.
    pub fn new(row_no: i32, enterprise_id: EnterpriseId, row: Row, opening: Option<Opening>) -> Self {
        Self {
            row_no,
            ord: format!("{row_no:010}"),
            enterprise_id,
            nonconformity_id: NonconformityId::new(),
            case_id: row.order_issued_on.map(|_| CaseId::new()),
            // The row was read by the rules, or by what officers let in.
            uscc_admitted: Uscc::parse(row.uscc.as_str()).is_err(),
            uscc: row.uscc,
            name: row.name,
            operating_status: row.operating_status,
            region: row.region,
            address: row.address,
            contact_name: row.contact_name,
            contact_phone: row.contact_phone,
            contact_email: row.contact_email,
            product_kind: row.product_kind,
            report_key: report_key(&row.report_no),
            report_no: row.report_no,
            inspected_on: row.inspected_on,
            inspection_level: row.inspection_level,
            failed_items: row.failed_items,
            order_issued_on: row.order_issued_on,
            rectify_by: opening.as_ref().and_then(|opening| opening.rectify_by),
            reinspect_by: opening.as_ref().and_then(|opening| opening.reinspect_by),
            rule_version: opening.map(|opening| opening.rule_version),
            laboratory: row.laboratory,
            signed_by: row.signed_by,
        }
    }
}

/// A name of an enterprise with what searches look for. It is folded here, while the rows before it are copied in: triggers would take
/// longer for it than all else takes.
#[derive(Debug, Insertable)]
#[diesel(table_name = import_name, treat_none_as_default_value = false)]
pub struct IncomingName {
    uscc: Uscc,
    name: String,
    search_text: String,
    search_readings: String,
}

impl IncomingName {
    /// The name of an enterprise.
    pub fn new(uscc: Uscc, name: &str) -> Self {
        let SearchTexts { text, readings } = SearchTexts::of(&uscc, name);
        Self { uscc, name: name.to_owned(), search_text: text, search_readings: readings }
    }
}

/// Forgets what was folded here, where the database folds by another table of characters: its triggers fold all of it.
pub fn leave_folding_to_triggers(conn: &mut PgConnection) -> Result<(), Problem> {
    conn.batch_execute("TRUNCATE import_name; UPDATE import_row SET report_key = ''")?;
    Ok(())
}

/// One reason for which one row is not taken.
#[derive(Debug, Insertable)]
#[diesel(table_name = zero_out_rejection, treat_none_as_default_value = false)]
pub struct Rejection {
    import_id: ImportId,
    row_no: i32,
    ordinal: i32,
    field: String,
    value: String,
    code: RejectionCode,
    reason_zh: String,
    reason_en: String,
    cells: Option<Value>,
    marks: Option<String>,
}

impl Rejection {
    /// The reasons of one row; the first carries the row as it was in the file.
    pub fn of_row(
        import_id: ImportId,
        row_no: i32,
        faults: Vec<CellFault>,
        header: &Header,
        line: &Line,
    ) -> Vec<Self> {
        let kept = KeptReason::of_row(faults, header, line);
        kept.into_iter()
            .map(|reason| {
                let KeptReason { ordinal, field, value, code, reason_zh, reason_en, cells, marks } = reason;
                Self { import_id, row_no, ordinal, field, value, code, reason_zh, reason_en, cells, marks }
            })
            .collect()
    }
}

/// Copies good rows in and leaves the list empty.
pub fn copy_rows(conn: &mut PgConnection, rows: &mut Vec<Incoming>) -> Result<(), Problem> {
    if !rows.is_empty() {
        diesel::copy_from(import_row::table).from_insertable(std::mem::take(rows)).execute(conn)?;
    }
    Ok(())
}

/// Copies names in and leaves the list empty.
pub fn copy_names(conn: &mut PgConnection, names: &mut Vec<IncomingName>) -> Result<(), Problem> {
    if !names.is_empty() {
        diesel::copy_from(import_name::table).from_insertable(std::mem::take(names)).execute(conn)?;
    }
    Ok(())
}

/// Copies rejections in and leaves the list empty.
pub fn copy_rejections(conn: &mut PgConnection, rows: &mut Vec<Rejection>) -> Result<(), Problem> {
    if !rows.is_empty() {
        diesel::copy_from(zero_out_rejection::table).from_insertable(std::mem::take(rows)).execute(conn)?;
    }
    Ok(())
}
