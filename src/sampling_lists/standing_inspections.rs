//! What stands already under the numbers of a list.

use crate::core::{Problem, Text};
use crate::inspections::ids::InspectionId;
use crate::inspections::state::InspectionState;
use crate::inspections::words::Outcome;
use crate::list_files::rejection_code::RejectionCode;
use crate::sampling_lists::list::column::Column;
use crate::sampling_lists::list::row::CellFault;
use crate::sampling_lists::list::samples::Sample;
use diesel::prelude::*;
use diesel::sql_types::{Array, Bytea, Integer, Nullable, Text as SqlText, Uuid};
use std::collections::HashMap;

/// What stands under the number of a sample.
#[derive(Debug, Clone, PartialEq)]
pub enum Standing {
    /// Nothing.
    Nothing,
    /// The same: its inspection, and the number of that one's last event.
    Same(InspectionId, i32),
    /// The same one, drawn or registered, without a result yet.
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
    #[diesel(sql_type = SqlText)]
    product_name: String,
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

const STANDING: &str = "
    SELECT i.id, i.number, i.state, i.outcome, i.version, s.operator_name, s.product_name, s.report_no,
           (SELECT r.digest FROM sampling_list_row r JOIN sampling_list l ON l.id = r.import_id
            WHERE r.inspection_id = i.id AND l.state <> 'withdrawn' ORDER BY r.import_id LIMIT 1) AS digest
    FROM published.inspection i
    JOIN published.inspection_subject s ON s.inspection_id = i.id
    WHERE i.organiser_region = $1 AND i.state <> 'withdrawn' AND (i.number = ANY($2) OR s.report_no = ANY($3))";

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
            let named = found.operator_name == row.operator.name && found.product_name == row.product_name;
            if named && found.state == InspectionState::Drawn {
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
