//! The grades by which draws of samplings are weighted: kept by `programmes`, which stands below.

use crate::conduct::words::Grade;
use crate::core::Problem;
use crate::core::ids::EnterpriseId;
use crate::credit::settings::CreditMethod;
use diesel::prelude::*;
use diesel::sql_types::{Array, Nullable, Text, Uuid as SqlUuid};

/// Says the grades of some enterprises to draws. A is what draws take who has none for. Grades on trial are kept back unless the method says
/// otherwise: the frames of draws are read with names once a programme is closed.
///
/// # Errors
/// When the database refuses.
pub fn say(
    conn: &mut PgConnection,
    method: &CreditMethod,
    grades: &[(EnterpriseId, Option<Grade>, bool)],
) -> Result<(), Problem> {
    if grades.is_empty() {
        return Ok(());
    }
    let ids: Vec<EnterpriseId> = grades.iter().map(|(id, ..)| *id).collect();
    let weighing = |(_, grade, trial): &(EnterpriseId, Option<Grade>, bool)| {
        grade
            .filter(|grade| *grade != Grade::A && (!trial || method.trial_grades_weigh_draws))
            .map(|grade| grade.as_str().to_owned())
    };
    let grades: Vec<Option<String>> = grades.iter().map(weighing).collect();
    diesel::sql_query("SELECT programme_keep_grades($1, $2)")
        .bind::<Array<SqlUuid>, _>(ids)
        .bind::<Array<Nullable<Text>>, _>(grades)
        .execute(conn)?;
    Ok(())
}
