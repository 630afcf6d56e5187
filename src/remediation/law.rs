//! The version of the rules that a case is judged by, and whether the settings still hold those that are used.

use crate::catalogue::Catalogue;
use crate::core::Problem;
use crate::db::schema::remediation_case;
use crate::remediation::course::Law;
use crate::remediation::settings::RemediationSettings;
use crate::remediation::store::Row;
use crate::settings::Settings;
use diesel::prelude::*;

/// The law that a case is judged by: the version of the rules that it keeps.
///
/// # Errors
/// 500 where the settings no longer know the version; the start refuses such settings.
pub fn law_of<'a>(
    row: &Row,
    settings: &'a RemediationSettings,
    catalogue: &'a Catalogue,
) -> Result<Law<'a>, Problem> {
    let rules = settings.version(&row.rule_version);
    let rules =
        rules.ok_or_else(|| Problem::internal(format!("no rules {:?} in the settings", row.rule_version)))?;
    Ok(Law { rules, calendar: &catalogue.calendar, regions: &catalogue.regions })
}

/// Whether the settings fit what is stored: a case keeps the version of the rules that it was opened under, so
/// none of those may be gone; and a criterion is for product classes that there are.
///
/// # Errors
/// 503 that names what is missing; a server does not start with it.
pub fn fit(conn: &mut PgConnection, settings: &Settings, catalogue: &Catalogue) -> Result<(), Problem> {
    let law = settings.section::<RemediationSettings>();
    let used: Vec<String> =
        remediation_case::table.select(remediation_case::rule_version).distinct().load(conn)?;
    if let Some(version) = used.iter().find(|version| law.version(version).is_none()) {
        return Err(Problem::unavailable(format!(
            "remediation.rules: there are cases under version {version:?}, which the settings do not hold"
        )));
    }
    let mut classes = law.criteria.iter().flat_map(|c| c.classes.iter().map(move |class| (c, class)));
    match classes.find(|(_, class)| catalogue.products.class(class).is_none_or(|known| known.code != **class))
    {
        Some((criterion, class)) => Err(Problem::unavailable(format!(
            "remediation.criteria: {} is for class {class:?}, which the catalogue does not hold",
            criterion.key
        ))),
        None => Ok(()),
    }
}
