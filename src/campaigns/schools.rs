//! The schools of a campaign around campuses: entered with their points, and told what the checks came to.

use crate::campaigns::distance::Point;
use crate::campaigns::entry::{nearest, schools};
use crate::campaigns::ids::{SchoolId, SubjectId};
use crate::campaigns::policy::visible_schools;
use crate::campaigns::state::Theme;
use crate::campaigns::store::hold;
use crate::core::fields::Fields;
use crate::core::{Problem, Text};
use crate::db::officer_steps::{officer, reason};
use crate::db::regional;
use crate::db::schema::{campaign_school, campaign_subject};
use crate::db::{Command, Tx};
use crate::programmes::ids::ProgrammeId;
use chrono::NaiveDate;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

/// The most schools of a campaign.
const MOST: i64 = 5_000;
/// The most schools of one list.
const MOST_AT_ONCE: usize = 200;

/// A school to enter.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SchoolInput {
    /// The name, at most 200 characters.
    pub name: String,
    /// Code of the region, within that of the campaign and the officer's.
    pub region: String,
    /// The latitude of its gate, in degrees.
    pub latitude: f64,
    /// The longitude.
    pub longitude: f64,
}

/// Enters schools. One that is there already, by name and region, gets the point that is given now; shops find their nearest school anew.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct EnterSchools {
    /// The campaign.
    pub campaign: ProgrammeId,
    /// The schools, 1 to 200.
    pub schools: Vec<SchoolInput>,
}

/// How many schools there are after it.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, utoipa::ToSchema)]
pub struct SchoolsEntered {
    /// How many were entered by this call.
    pub entered: usize,
    /// How many the campaign has.
    pub schools: i64,
}

impl Command for EnterSchools {
    type Output = SchoolsEntered;
    const NAME: &'static str = "enter_campaign_schools";

    fn run(&self, tx: &mut Tx) -> Result<SchoolsEntered, Problem> {
        use campaign_school as s;
        let by = officer(tx)?;
        let campaign = hold(tx, self.campaign)?;
        campaign.require(Theme::Campus)?;
        let mut fields = Fields::new();
        fields.require(
            (1..=MOST_AT_ONCE).contains(&self.schools.len()),
            "/schools",
            "须有 1 到 200 所学校",
            "must be 1 to 200 schools",
        );
        let mut rows = Vec::new();
        for (place, input) in self.schools.iter().enumerate().take(MOST_AT_ONCE) {
            let at = |name: &str| format!("/schools/{place}/{name}");
            let name = fields.text(&at("name"), &input.name, 200);
            let within = tx.catalogue.regions.contains(&campaign.organiser_region, &input.region)
                && regional::sees(&tx.actor, &input.region, &tx.catalogue);
            fields.require(
                within,
                &at("region"),
                "须在专项行动的地区和本人辖区内",
                "must be within the region of the campaign and your own",
            );
            let point = Point::of(input.latitude, input.longitude);
            fields.require(
                point.is_some(),
                &at("latitude"),
                "经纬度超出有效范围",
                "is no place on the Earth",
            );
            rows.extend(point.map(|point| (name, input.region.clone(), point)));
        }
        let before = standing(tx, campaign.id)?;
        let coming = i64::try_from(rows.len()).unwrap_or(i64::MAX);
        fields.require(
            before.saturating_add(coming) <= MOST,
            "/schools",
            "学校不能超过 5000 所",
            "a campaign has at most 5000 schools",
        );
        fields.done()?;
        for (name, region, point) in &rows {
            // The campaign is locked, so nobody enters the same school meanwhile.
            let moved = diesel::update(s::table)
                .filter(s::programme_id.eq(campaign.id.0))
                .filter(s::region.eq(region))
                .filter(s::name.eq(name))
                .filter(s::removed_at.is_null())
                .set((s::latitude.eq(point.latitude), s::longitude.eq(point.longitude)))
                .execute(&mut *tx.conn)?;
            if moved > 0 {
                continue;
            }
            diesel::insert_into(s::table)
                .values((
                    s::id.eq(SchoolId::new()),
                    s::programme_id.eq(campaign.id.0),
                    s::name.eq(name),
                    s::region.eq(region),
                    s::latitude.eq(point.latitude),
                    s::longitude.eq(point.longitude),
                    s::entered_by.eq(by),
                    s::entered_at.eq(tx.now),
                ))
                .execute(&mut *tx.conn)?;
        }
        find_nearest_anew(tx, campaign.id)?;
        let count = standing(tx, campaign.id)?;
        campaign.audit(tx, Self::NAME, json!({ "entered": rows.len(), "schools": count }))?;
        Ok(SchoolsEntered { entered: rows.len(), schools: count })
    }
}

/// How many schools a campaign has.
fn standing(tx: &mut Tx, campaign: ProgrammeId) -> Result<i64, Problem> {
    use campaign_school as s;
    let all = s::table.filter(s::programme_id.eq(campaign.0)).filter(s::removed_at.is_null());
    Ok(all.count().get_result(&mut *tx.conn)?)
}

/// A shop with its point and its nearest school.
type Shop = (SubjectId, Option<f64>, Option<f64>, Option<SchoolId>, Option<i32>);

/// Gives each shop of a campaign its nearest school.
fn find_nearest_anew(tx: &mut Tx, campaign: ProgrammeId) -> Result<(), Problem> {
    use campaign_subject as s;
    let all = schools(tx, campaign)?;
    let shops: Vec<Shop> = s::table
        .filter(s::programme_id.eq(campaign.0))
        .filter(s::latitude.is_not_null())
        .select((s::id, s::latitude, s::longitude, s::school_id, s::distance_m))
        .load(&mut *tx.conn)?;
    for (id, latitude, longitude, school, metres) in shops {
        let point = latitude.zip(longitude).and_then(|(latitude, longitude)| Point::of(latitude, longitude));
        let near = point.and_then(|point| nearest(&all, point));
        let (near, distance) = (near.map(|(id, _)| id), near.map(|(_, metres)| metres));
        if school != near || metres != distance {
            diesel::update(s::table.find(id))
                .set((s::school_id.eq(near), s::distance_m.eq(distance)))
                .execute(&mut *tx.conn)?;
        }
    }
    Ok(())
}

/// Takes a school out that was entered by mistake, with a reason; shops find their nearest school anew. It stays in the figures of the days before.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RemoveSchool {
    /// The school.
    pub id: SchoolId,
    /// Why, at most 1,000 characters.
    pub reason: String,
}

impl Command for RemoveSchool {
    type Output = SchoolId;
    const NAME: &'static str = "remove_campaign_school";

    fn run(&self, tx: &mut Tx) -> Result<SchoolId, Problem> {
        use campaign_school as s;
        officer(tx)?;
        let (programme, name): (Uuid, String) = visible_schools(&tx.actor)
            .filter(s::id.eq(self.id))
            .select((s::programme_id, s::name))
            .first(&mut *tx.conn)?;
        let campaign = hold(tx, ProgrammeId(programme))?;
        let reason = reason(&self.reason)?;
        let removed = diesel::update(s::table)
            .filter(s::id.eq(self.id))
            .filter(s::removed_at.is_null())
            .set((s::removed_at.eq(tx.now), s::removed_reason.eq(&reason)))
            .execute(&mut *tx.conn)?;
        if removed == 0 {
            return Err(gone());
        }
        find_nearest_anew(tx, campaign.id)?;
        campaign.audit(tx, Self::NAME, json!({ "school": name, "reason": reason }))?;
        Ok(self.id)
    }
}

fn gone() -> Problem {
    Problem::field("/id", Text::new("该学校已移出", "the school was taken out"))
}

/// Records that a school was told what the checks around it came to.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct TellSchool {
    /// The school.
    pub id: SchoolId,
    /// The day, in Asia/Shanghai; today where none is named.
    pub told_on: Option<NaiveDate>,
}

impl Command for TellSchool {
    type Output = SchoolId;
    const NAME: &'static str = "tell_campaign_school";

    fn run(&self, tx: &mut Tx) -> Result<SchoolId, Problem> {
        use campaign_school as s;
        let by = officer(tx)?;
        let programme: Uuid = visible_schools(&tx.actor)
            .filter(s::id.eq(self.id))
            .select(s::programme_id)
            .first(&mut *tx.conn)?;
        let campaign = hold(tx, ProgrammeId(programme))?;
        // It was read before the campaign was locked.
        let (name, told, out): (String, Option<NaiveDate>, bool) = s::table
            .find(self.id)
            .select((s::name, s::told_on, s::removed_at.is_not_null()))
            .first(&mut *tx.conn)?;
        if out {
            return Err(gone());
        }
        let today = tx.today();
        let day = self.told_on.unwrap_or(today);
        let mut fields = Fields::new();
        fields.day("/told_on", Some(day));
        fields.require(day <= today, "/told_on", "不能晚于今天", "must not be after today");
        fields.done()?;
        // The first day stays: what was counted by it does not change.
        if told.is_none() {
            diesel::update(s::table.find(self.id))
                .set((s::told_on.eq(day), s::told_at.eq(tx.now), s::told_by.eq(by)))
                .execute(&mut *tx.conn)?;
            campaign.audit(tx, Self::NAME, json!({ "school": name, "told_on": day }))?;
        }
        Ok(self.id)
    }
}
