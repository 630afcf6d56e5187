//! The inspections on which penalties rest, by the number of the sampling form or of the report.

use crate::core::Problem;
use crate::core::ids::EnterpriseId;
use crate::inspections::ids::InspectionId;
use crate::penalty_lists::list::row::Penalty;
use diesel::prelude::*;
use diesel::sql_types::{Array, Nullable, Text, Uuid};
use std::collections::HashMap;

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Uuid)]
    id: InspectionId,
    #[diesel(sql_type = Text)]
    number: String,
    #[diesel(sql_type = Nullable<Text>)]
    report_no: Option<String>,
    #[diesel(sql_type = Nullable<Uuid>)]
    operator_id: Option<EnterpriseId>,
    #[diesel(sql_type = Nullable<Uuid>)]
    producer_id: Option<EnterpriseId>,
}

/// The inspections that have one of the numbers.
#[derive(Debug, Default)]
pub(crate) struct Forms {
    found: HashMap<(String, EnterpriseId), Vec<InspectionId>>,
}

impl Forms {
    /// The inspection of an enterprise under a number; none where there is none, or several.
    pub(crate) fn of(&self, form: &str, enterprise: EnterpriseId) -> Option<InspectionId> {
        match self.found.get(&(form.to_owned(), enterprise)).map(Vec::as_slice) {
            Some([one]) => Some(*one),
            _ => None,
        }
    }
}

/// Looks up the inspections that penalties name.
pub(super) fn named<'a>(
    conn: &mut PgConnection,
    penalties: impl Iterator<Item = &'a Penalty>,
) -> Result<Forms, Problem> {
    by_numbers(conn, penalties.filter_map(|penalty| penalty.form_no.as_deref()).collect())
}

/// Looks up the inspections under numbers of forms or reports.
pub(crate) fn by_numbers(conn: &mut PgConnection, numbers: Vec<&str>) -> Result<Forms, Problem> {
    if numbers.is_empty() {
        return Ok(Forms::default());
    }
    let rows: Vec<Row> = diesel::sql_query(
        "SELECT i.id, i.number, s.report_no, i.operator_id, i.producer_id
         FROM published.inspection i
         JOIN published.inspection_subject s ON s.inspection_id = i.id
         WHERE i.state <> 'withdrawn' AND (i.number = ANY ($1) OR s.report_no = ANY ($1))",
    )
    .bind::<Array<Text>, _>(numbers)
    .load(conn)?;
    let mut forms = Forms::default();
    for row in rows {
        let numbers = std::iter::once(row.number).chain(row.report_no);
        for number in numbers {
            for enterprise in row.operator_id.into_iter().chain(row.producer_id) {
                let found = forms.found.entry((number.clone(), enterprise)).or_default();
                if !found.contains(&row.id) {
                    found.push(row.id);
                }
            }
        }
    }
    Ok(forms)
}
