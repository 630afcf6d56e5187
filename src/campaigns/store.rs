//! Loading campaigns and hazards under a lock, and writing down what becomes of them.

use crate::attachments::ids::AttachmentId;
use crate::campaigns::files;
use crate::campaigns::ids::HazardId;
use crate::campaigns::policy::{permit, sees, visible_campaigns};
use crate::campaigns::settings::{CampaignRules, CampaignSettings};
use crate::campaigns::state::{HazardState, HazardStep, Theme};
use crate::core::ids::{AccountId, EnterpriseId};
use crate::core::{Code, Problem, Text};
use crate::db::Tx;
use crate::db::officer_steps::{audit_named, officer};
use crate::db::published::programme;
use crate::db::schema::{campaign, hazard, hazard_event};
use crate::db::tx::Subject;
use crate::programmes::ids::ProgrammeId;
use crate::programmes::kind::ProgrammeKind;
use crate::programmes::store::{hold_for_platform, load_seen_of_kind};
use chrono::NaiveDate;
use diesel::dsl::max;
use diesel::pg::Pg;
use diesel::prelude::*;
use serde_json::Value;

/// A campaign as commands need it.
#[derive(Debug, Clone)]
pub(super) struct Campaign {
    pub id: ProgrammeId,
    pub theme: Theme,
    pub rules_version: String,
    pub radius_m: Option<i32>,
    pub name: String,
    pub organiser_region: String,
}

/// A campaign that the officer may know of, held until the end of the transaction: what is entered for it is entered one after the other, and it is not
/// closed meanwhile.
///
/// # Errors
/// 404 where the actor may not know of it, 409 where it is not approved or running.
pub(super) fn hold(tx: &mut Tx, id: ProgrammeId) -> Result<Campaign, Problem> {
    officer(tx)?;
    let (theme, rules_version, radius_m): (Theme, String, Option<i32>) = visible_campaigns(&tx.actor)
        .filter(campaign::programme_id.eq(id.0))
        .select((campaign::theme, campaign::rules_version, campaign::radius_m))
        .first(&mut *tx.conn)?;
    let row = load_seen_of_kind(tx, id, theme.kind())?;
    if !row.state.is_under_way() {
        return Err(Problem::new(Code::CampaignState, not_under_way()));
    }
    Ok(Campaign {
        id,
        theme,
        rules_version,
        radius_m,
        name: row.name,
        organiser_region: row.organiser_region,
    })
}

/// Why nothing can be entered for a campaign.
pub(super) fn not_under_way() -> Text {
    Text::new(
        "专项行动尚未批准或者已经结束，不能登记",
        "the campaign is not approved yet, or is closed; nothing can be entered for it",
    )
}

/// A campaign for the platform itself, which imports a file that an officer has sent in, held as by [`hold`]; and whether it is under way.
///
/// # Errors
/// 404 where there is none.
pub(super) fn hold_for_import(tx: &mut Tx, id: ProgrammeId) -> Result<(Campaign, bool), Problem> {
    let row = hold_for_platform(tx, id)?;
    let (theme, rules_version, radius_m): (Theme, String, Option<i32>) = campaign::table
        .find(id.0)
        .for_update()
        .select((campaign::theme, campaign::rules_version, campaign::radius_m))
        .first(&mut *tx.conn)?;
    let under_way = row.state.is_under_way();
    let (name, organiser_region) = (row.name, row.organiser_region);
    Ok((Campaign { id, theme, rules_version, radius_m, name, organiser_region }, under_way))
}

impl Campaign {
    /// Refuses what is for another theme.
    ///
    /// # Errors
    /// 409 `campaign_state`.
    pub(super) fn require(&self, theme: Theme) -> Result<(), Problem> {
        if self.theme == theme {
            return Ok(());
        }
        let (is, wants) = (self.theme.words(), theme.words());
        let text = Text::new(
            format!("本专项行动为{}，此操作只适用于{}", is.0, wants.0),
            format!("the campaign is one of {}; this is for {} only", is.1, wants.1),
        );
        Err(Problem::new(Code::CampaignState, text))
    }

    /// Its rules.
    ///
    /// # Errors
    /// When the settings have none.
    pub(super) fn rules(&self, tx: &Tx) -> Result<CampaignRules, Problem> {
        rules_of(tx, Some(&self.rules_version))
    }

    /// Writes a row of the audit about it, for the officers of its organiser.
    ///
    /// # Errors
    /// When the database refuses.
    pub(super) fn audit(&self, tx: &mut Tx, action: &str, data: Value) -> Result<(), Problem> {
        let subject = Subject::new("programme", self.id.0).in_region(&self.organiser_region);
        audit_named(tx, action, subject, ("name", &self.name), data)
    }
}

/// The rules of a version, or those in force today.
///
/// # Errors
/// When the settings have none.
pub(super) fn rules_of(tx: &Tx, version: Option<&str>) -> Result<CampaignRules, Problem> {
    let (settings, today) = (tx.settings.section::<CampaignSettings>(), tx.today());
    let rules = match version {
        Some(version) => settings.of(version, today),
        None => settings.rules_on(today),
    };
    rules.cloned().ok_or_else(|| Problem::internal("no rules of campaigns"))
}

/// Of which kind a programme is, and its organiser's region, where the actor may know of it.
///
/// # Errors
/// 404 where there is none.
pub(super) fn kind_of(tx: &mut Tx, id: ProgrammeId) -> Result<(ProgrammeKind, String), Problem> {
    let (kind, region): (String, String) = programme::table
        .filter(programme::id.eq(id.0))
        .select((programme::kind, programme::organiser_region))
        .first(&mut *tx.conn)?;
    Ok((kind.parse().map_err(Problem::internal)?, region))
}

/// A hazard as commands need it.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = hazard, check_for_backend(Pg))]
pub(super) struct Row {
    pub id: HazardId,
    pub programme_id: Option<uuid::Uuid>,
    pub enterprise_id: EnterpriseId,
    pub region: String,
    pub item: String,
    pub source: crate::campaigns::state::HazardSource,
    pub found_on: NaiveDate,
    pub found_by: AccountId,
    pub state: HazardState,
    pub ordered_on: Option<NaiveDate>,
    pub due_on: Option<NaiveDate>,
    pub corrected_on: Option<NaiveDate>,
    pub overdue_since: Option<NaiveDate>,
    pub version: i32,
}

/// A hazard that the actor may know of, locked.
///
/// # Errors
/// 404 where the actor may not know of it.
pub(super) fn load(tx: &mut Tx, id: HazardId) -> Result<Row, Problem> {
    permit(&tx.actor)?;
    let row: Row = hazard::table.find(id).for_update().select(Row::as_select()).first(&mut *tx.conn)?;
    if sees(&tx.actor, &row.region, row.enterprise_id, &tx.catalogue) {
        Ok(row)
    } else {
        Err(Problem::not_found())
    }
}

/// A step as the history keeps it.
pub(super) struct Step<'a> {
    pub step: HazardStep,
    pub from: Option<HazardState>,
    pub to: HazardState,
    pub said: Option<&'a str>,
    pub occurred_on: NaiveDate,
    pub due_on: Option<NaiveDate>,
    pub files: &'a [AttachmentId],
    /// Who took it; nobody where the term passed by itself.
    pub by: Option<AccountId>,
}

/// Writes a step into the history of a locked hazard, with its files.
///
/// # Errors
/// 422 for files that are no uploads of the actor's own.
pub(super) fn event(tx: &mut Tx, id: HazardId, step: Step<'_>) -> Result<i32, Problem> {
    use hazard_event as e;
    let last: Option<i32> =
        e::table.filter(e::hazard_id.eq(id)).select(max(e::ordinal)).first(&mut *tx.conn)?;
    let ordinal = last.unwrap_or(0) + 1;
    diesel::insert_into(e::table)
        .values((
            e::hazard_id.eq(id),
            e::ordinal.eq(ordinal),
            e::step.eq(step.step),
            e::from_state.eq(step.from),
            e::to_state.eq(step.to),
            e::said.eq(step.said),
            e::occurred_on.eq(step.occurred_on),
            e::due_on.eq(step.due_on),
            e::account_id.eq(step.by),
            e::at.eq(tx.now),
        ))
        .execute(&mut *tx.conn)?;
    files::attach(tx, id, ordinal, step.files)?;
    Ok(ordinal)
}

/// Writes a row of the audit about a hazard, for the officers of its region.
///
/// # Errors
/// When the database refuses.
pub(super) fn audit(tx: &mut Tx, row: &Row, action: &str, data: Value) -> Result<(), Problem> {
    let subject = Subject::new("hazard", row.id.0).in_region(&row.region);
    audit_named(tx, action, subject, ("item", &row.item), data)
}
