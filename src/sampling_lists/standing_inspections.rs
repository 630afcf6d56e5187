//! What stands already under the numbers of a list.

use crate::core::{Problem, Text};
use crate::inspections::ids::InspectionId;
use crate::inspections::state::InspectionState;
use crate::inspections::words::Outcome;
use crate::list_files::rejection_code::RejectionCode;
use crate::sampling_lists::list;
use crate::sampling_lists::list::column::Column;
use crate::sampling_lists::list::row::CellFault;
use crate::sampling_lists::list::samples::Sample;
use diesel::prelude::*;
use diesel::sql_types::{Array, Bytea, Integer, Nullable, Text as SqlText, Uuid};
use std::collections::HashMap;

/// What stands under the number of a sample.
#[derive(Debug, Clone, PartialEq)]
pub enum Standing {
    /// No inspection has the number.
    Nothing,
    /// The same: its inspection, and the number of that one's last event.
    Same(InspectionId, i32),
    /// The same one, drawn, registered or assigned, without a result yet.
    Awaited(InspectionId),
    /// Something else.
    Other(CellFault),
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Uuid)]
    id: InspectionId,
    #[diesel(sql_type = SqlText)]
    number: String,
    #[diesel(sql_type = SqlText)]
    state: InspectionState,
    #[diesel(sql_type = Nullable<SqlText>)]
    outcome: Option<Outcome>,
    #[diesel(sql_type = Integer)]
    version: i32,
    #[diesel(sql_type = SqlText)]
    operator_name: String,
    #[diesel(sql_type = Nullable<SqlText>)]
    operator_uscc: Option<String>,
    #[diesel(sql_type = SqlText)]
    product_name: String,
    #[diesel(sql_type = Nullable<SqlText>)]
    product_kind: Option<String>,
    #[diesel(sql_type = Nullable<SqlText>)]
    report_no: Option<String>,
    #[diesel(sql_type = Nullable<Bytea>)]
    digest: Option<Vec<u8>>,
}

/// The inspections of a region under the numbers, and the reports, of a list.
#[derive(Default)]
pub struct Known {
    by_number: HashMap<String, Row>,
    by_report: HashMap<String, (String, String)>,
}

/// By the numbers and by the reports, each for itself: a condition on both tables at once would read all of both.
const STANDING: &str = "
    WITH found AS MATERIALIZED (
        SELECT i.id
        FROM unnest($2::text[]) AS n (number)
        JOIN published.inspection i ON i.organiser_region = $1 AND i.number = n.number AND i.state <> 'withdrawn'
        UNION
        SELECT i.id
        FROM unnest($3::text[]) AS r (report_no)
        JOIN published.inspection_subject s ON s.report_no = r.report_no
        JOIN published.inspection i ON i.id = s.inspection_id AND i.organiser_region = $1 AND i.state <> 'withdrawn'
    )
    SELECT i.id, i.number, i.state, i.outcome, i.version, s.operator_name, s.operator_uscc, s.product_name, i.product_kind, s.report_no,
           (SELECT r.digest FROM sampling_list_row r JOIN sampling_list l ON l.id = r.import_id
            WHERE r.inspection_id = i.id AND l.state <> 'withdrawn' ORDER BY r.import_id LIMIT 1) AS digest
    FROM found f
    JOIN published.inspection i ON i.id = f.id
    JOIN published.inspection_subject s ON s.inspection_id = f.id";

/// Looks up what stands under the numbers of samples.
///
/// # Errors
/// When the database can't be asked.
pub fn standing(conn: &mut PgConnection, region: &str, samples: &[Sample]) -> Result<Known, Problem> {
    let numbers: Vec<&str> = samples.iter().map(|sample| sample.number.as_str()).collect();
    let reports: Vec<&str> = samples.iter().filter_map(|sample| sample.row.report_no.as_deref()).collect();
    let rows: Vec<Row> = diesel::sql_query(STANDING)
        .bind::<SqlText, _>(region)
        .bind::<Array<SqlText>, _>(numbers)
        .bind::<Array<SqlText>, _>(reports)
        .load(conn)?;
    let mut known = Known::default();
    for row in rows {
        if let Some(report) = &row.report_no {
            known.by_report.insert(report.clone(), (row.number.clone(), row.operator_name.clone()));
        }
        known.by_number.insert(row.number.clone(), row);
    }
    Ok(known)
}

impl Row {
    /// Whether a row of a list is about the same operator and product. A drawn operator may be known by its code, and its product by its kind, before
    /// the sampling says more.
    fn is_of(&self, row: &list::row::Row) -> bool {
        let code = row.operator.uscc.as_ref().map(ToString::to_string);
        let operator =
            self.operator_name == row.operator.name || (code.is_some() && code == self.operator_uscc);
        let kind = self.product_kind.is_some() && self.product_kind == row.product_kind;
        operator && (self.product_name == row.product_name || kind)
    }
}

impl Known {
    /// What stands under the number of a sample.
    #[must_use]
    pub fn judge(&self, sample: &Sample) -> Standing {
        let row = &sample.row;
        if let Some(found) = self.by_number.get(&sample.number) {
            let same = match &found.digest {
                Some(digest) => *digest == sample.digest(),
                // Registered by hand or by a laboratory: the same, as far as both say it.
                None => {
                    found.outcome == Some(row.outcome)
                        && found.operator_name == row.operator.name
                        && found.product_name == row.product_name
                }
            };
            if same {
                return Standing::Same(found.id, found.version);
            }
            let waits = matches!(found.state, InspectionState::Drawn | InspectionState::Assigned);
            if waits && found.is_of(row) {
                return Standing::Awaited(found.id);
            }
            let state = found.state.text();
            return Standing::Other(fault(
                sample,
                RejectionCode::InspectionDiffers,
                Text::new(
                    format!(
                        "编号 {} 已登记（{}，{}，{}），内容与名单不同；如原记录有误，请在该记录中更正",
                        found.number, found.operator_name, found.product_name, state.zh
                    ),
                    format!(
                        "{} is registered already ({}, {}, {}) and says something else; if it is wrong, correct it there",
                        found.number, found.operator_name, found.product_name, state.en
                    ),
                ),
            ));
        }
        let other = row.report_no.as_ref().and_then(|report| self.by_report.get(report));
        match other {
            Some((number, operator)) => Standing::Other(fault(
                sample,
                RejectionCode::ReportOfAnother,
                Text::new(
                    format!("该报告编号已用于抽样单 {number}（{operator}）"),
                    format!("the report is that of the form {number} already ({operator})"),
                ),
            )),
            None => Standing::Nothing,
        }
    }
}

fn fault(sample: &Sample, code: RejectionCode, reason: Text) -> CellFault {
    let column = if sample.row.form_no.is_some() && code == RejectionCode::InspectionDiffers {
        Column::FormNo
    } else {
        Column::ReportNo
    };
    CellFault { column: Some(column), value: sample.number.clone(), code, reason }
}
