//! Whether what a registration names exists and fits: regions, the product kind, the programme with its target, the bodies.

use crate::catalogue::Catalogue;
use crate::core::Problem;
use crate::core::fields::Fields;
use crate::core::ids::LaboratoryId;
use crate::db::published::{laboratory, programme, programme_target};
use crate::inspections::registration::FirstRows;
use crate::inspections::rows::InspectionRow;
use crate::programmes::ids::ProgrammeId;
use crate::programmes::kind::ProgrammeKind;
use crate::programmes::state::{ProgrammeLevel, ProgrammeState};
use diesel::prelude::*;
use uuid::Uuid;

/// Checks the codes, the programme and the bodies of a registration.
///
/// # Errors
/// When the database can't be asked.
pub fn check_references(
    conn: &mut PgConnection,
    fields: &mut Fields,
    first: &FirstRows,
    catalogue: &Catalogue,
) -> Result<(), Problem> {
    let row = &first.row;
    let region = |code: &str| catalogue.regions.get(code).is_some();
    let (zh, en) = ("未知的行政区划代码", "is not a known region code");
    fields.require(region(&row.place_region), "/place_region", zh, en);
    fields.require(row.producer_region.as_deref().is_none_or(region), "/producer_region", zh, en);
    fields.require(region(&row.organiser_region), "/organiser_region", zh, en);
    check_level(fields, row.level, &row.organiser_region, catalogue);
    let kind = row.product_kind.as_deref().is_none_or(|code| catalogue.products.coded(code).is_some());
    fields.require(kind, "/product_kind", "未知的产品种类代码", "is not a known product kind");
    if let Some(id) = row.programme_id {
        check_programme(conn, fields, row, id)?;
    }
    fields.require(
        row.target_id.is_none() || row.programme_id.is_some(),
        "/target",
        "任务属于计划，须注明计划",
        "a target belongs to a programme, which must be named",
    );
    check_bodies(
        conn,
        fields,
        (row.laboratory_id, row.sampler_id),
        row,
        first.subject.operator_uscc.as_deref(),
        catalogue,
    )
}

/// Checks that the level is not above that of the authority that organises: a city organises no sampling of the province. An organiser that is not
/// known is refused by itself.
pub fn check_level(fields: &mut Fields, level: ProgrammeLevel, organiser: &str, catalogue: &Catalogue) {
    let fits = catalogue.regions.get(organiser).is_none_or(|region| level.is_within(region.level));
    let (zh, en) = ("抽查级别不能高于组织部门的级别", "must not be above the level of the organiser");
    fields.require(fits, "/level", zh, en);
}

fn check_programme(
    conn: &mut PgConnection,
    fields: &mut Fields,
    row: &InspectionRow,
    id: ProgrammeId,
) -> Result<(), Problem> {
    let found = programme::table
        .find(id.0)
        .filter(programme::kind.eq(ProgrammeKind::Sampling))
        .select((programme::organiser_region, programme::level, programme::state))
        .first::<(String, ProgrammeLevel, ProgrammeState)>(conn)
        .optional()?;
    let Some((organiser, level, _)) = found.filter(|(_, _, state)| state.is_public()) else {
        fields.fault("/programme", "不是已批准的计划", "is no approved programme");
        return Ok(());
    };
    fields.require(
        organiser == row.organiser_region,
        "/organiser_region",
        "与计划的组织地区不同",
        "differs from the organiser of the programme",
    );
    fields.require(
        level == row.level,
        "/level",
        "与计划的抽查级别不同",
        "differs from the level of the programme",
    );
    let Some(target) = row.target_id else { return Ok(()) };
    let of = programme_target::table.find(target.0).select(programme_target::programme_id);
    let own = of.first::<Uuid>(conn).optional()? == Some(id.0);
    fields.require(own, "/target", "不是该计划的任务", "is no target of this programme");
    Ok(())
}

/// Whether a body is in use.
///
/// # Errors
/// When the database can't be asked.
pub fn is_active(conn: &mut PgConnection, id: LaboratoryId) -> Result<bool, Problem> {
    let query = laboratory::table.find(id.0).filter(laboratory::active.eq(true)).select(laboratory::id);
    Ok(query.first::<Uuid>(conn).optional()?.is_some())
}

/// Checks that the bodies are active, do that work, and that who takes the sample does not test it.
///
/// # Errors
/// When the database can't be asked.
pub fn check_bodies(
    conn: &mut PgConnection,
    fields: &mut Fields,
    (tests, takes): (Option<LaboratoryId>, Option<LaboratoryId>),
    row: &InspectionRow,
    operator_uscc: Option<&str>,
    catalogue: &Catalogue,
) -> Result<(), Problem> {
    let body = |conn: &mut PgConnection, id: LaboratoryId| {
        laboratory::table
            .find(id.0)
            .filter(laboratory::active.eq(true))
            .select((laboratory::takes_samples, laboratory::products, laboratory::excluded_usccs))
            .first::<(bool, Vec<String>, Vec<String>)>(conn)
            .optional()
    };
    if let Some(id) = tests {
        match body(conn, id)? {
            None => fields.fault("/laboratory", "不是在用的机构", "is no active body"),
            Some((_, products, excluded)) => {
                let kind = row.product_kind.as_deref().and_then(|code| catalogue.products.kind(code));
                let able =
                    kind.is_none_or(|kind| products.contains(&kind.code) || products.contains(&kind.class));
                fields.require(
                    able && !products.is_empty(),
                    "/laboratory",
                    "该机构不承检此类产品",
                    "this laboratory does not test such products",
                );
                let free = operator_uscc.is_none_or(|uscc| !excluded.iter().any(|other| other == uscc));
                fields.require(
                    free,
                    "/laboratory",
                    "该机构与被抽样单位有利害关系，不得承检",
                    "this laboratory may not test the samples of this operator",
                );
            }
        }
    }
    if let Some(id) = takes {
        let able = body(conn, id)?.is_some_and(|(takes_samples, ..)| takes_samples);
        fields.require(able, "/sampler", "不是在用的抽样机构", "is no active body that takes samples");
        fields.require(
            tests != Some(id),
            "/sampler",
            "抽样机构不得承检",
            "who takes the sample does not test it",
        );
    }
    Ok(())
}
