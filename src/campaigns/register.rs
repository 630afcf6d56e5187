//! The register of a campaign: whom it looks at, added by lists, with those marked that may be the same under another name.

use crate::campaigns::distance::Point;
use crate::campaigns::ids::{SchoolId, SubjectId};
use crate::campaigns::likeness::{Entry, Ground, may_be_one};
use crate::campaigns::policy::visible_subjects;
use crate::campaigns::settings::CampaignRules;
use crate::campaigns::state::Theme;
use crate::campaigns::store::{Campaign, hold_alone};
use crate::core::fields::Fields;
use crate::core::ids::EnterpriseId;
use crate::core::{Problem, Text};
use crate::db::officer_steps::{officer, reason};
use crate::db::published::enterprise;
use crate::db::regional;
use crate::db::schema::{campaign_school, campaign_subject};
use crate::db::{Command, Tx};
use crate::programmes::ids::ProgrammeId;
use diesel::pg::Pg;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::HashMap;

/// The most entries of one list.
pub const MOST_AT_ONCE: usize = 2_000;
/// The most entries of a register.
const MOST: usize = 20_000;

/// An entry to add.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SubjectInput {
    /// The name, at most 200 characters.
    pub name: String,
    /// The unified social credit code, where it is known.
    #[serde(default)]
    pub uscc: Option<String>,
    /// Code of the region, within that of the campaign and the officer's.
    pub region: String,
    /// The address, at most 300 characters.
    #[serde(default)]
    pub address: Option<String>,
    /// The word of the key product; needed for the theme `key_products`.
    #[serde(default)]
    pub product: Option<String>,
    /// The latitude in degrees; needed, with the longitude, for the theme `campus`.
    #[serde(default)]
    pub latitude: Option<f64>,
    /// The longitude in degrees.
    #[serde(default)]
    pub longitude: Option<f64>,
}

/// Adds entries to the register of a campaign. One that is there already, by name, code and region, is left as it is.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AddSubjects {
    /// The campaign.
    pub campaign: ProgrammeId,
    /// The entries, 1 to 2,000.
    pub subjects: Vec<SubjectInput>,
}

/// What a list came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct SubjectsAdded {
    /// How many entries were added.
    pub added: usize,
    /// How many were there already.
    pub known: usize,
    /// How many of those that were added may be the same as another one.
    pub doubles: usize,
    /// The ids of the added ones, in the order of the list.
    pub ids: Vec<SubjectId>,
}

/// An entry that stands in the register.
#[derive(Queryable, Selectable)]
#[diesel(table_name = campaign_subject, check_for_backend(Pg))]
struct Standing {
    id: SubjectId,
    name: String,
    uscc: Option<String>,
    region: String,
    address: Option<String>,
}

/// A school with its point.
pub(super) struct School {
    pub id: SchoolId,
    pub point: Point,
}

/// The schools of a campaign.
///
/// # Errors
/// When the database can't be asked.
pub(super) fn schools(tx: &mut Tx, campaign: ProgrammeId) -> Result<Vec<School>, Problem> {
    use campaign_school as s;
    let rows: Vec<(SchoolId, f64, f64)> = s::table
        .filter(s::programme_id.eq(campaign.0))
        .select((s::id, s::latitude, s::longitude))
        .load(&mut *tx.conn)?;
    Ok(rows
        .into_iter()
        .map(|(id, latitude, longitude)| School { id, point: Point { latitude, longitude } })
        .collect())
}

/// The nearest school and its distance in metres.
pub(super) fn nearest(schools: &[School], point: Point) -> Option<(SchoolId, i32)> {
    schools
        .iter()
        .map(|school| (school.id, point.whole_metres_to(school.point)))
        .min_by_key(|(id, metres)| (*metres, *id))
}

/// An entry that was checked.
struct Checked {
    name: String,
    uscc: Option<String>,
    region: String,
    address: Option<String>,
    product: Option<String>,
    point: Option<Point>,
    school: Option<(SchoolId, i32)>,
}

/// What entries are checked against.
struct Ruled<'a> {
    campaign: &'a Campaign,
    rules: &'a CampaignRules,
    schools: &'a [School],
}

impl Ruled<'_> {
    /// The point of a shop, and the nearest school, which is within the radius.
    fn place(
        &self,
        fields: &mut Fields,
        place: usize,
        input: &SubjectInput,
    ) -> (Option<Point>, Option<(SchoolId, i32)>) {
        let at = |name: &str| format!("/subjects/{place}/{name}");
        let point = match (input.latitude, input.longitude) {
            (Some(latitude), Some(longitude)) => {
                let point = Point::of(latitude, longitude);
                fields.require(
                    point.is_some(),
                    &at("latitude"),
                    "不是地球上的坐标",
                    "is no place on the Earth",
                );
                point
            }
            (None, None) => None,
            _ => {
                fields.fault(at("latitude"), "经度和纬度须同时填写", "latitude and longitude go together");
                return (None, None);
            }
        };
        if self.campaign.theme != Theme::Campus {
            return (point, None);
        }
        let Some(point) = point else {
            fields.fault(at("latitude"), "校园周边的店铺须填写坐标", "is needed of a shop around a campus");
            return (None, None);
        };
        let radius = self.campaign.radius_m.unwrap_or(self.rules.radius_m);
        let near = nearest(self.schools, point);
        match near {
            None => fields.fault(at("latitude"), "请先登记学校", "enter the schools first"),
            Some((_, metres)) if metres > radius => fields.fault(
                at("latitude"),
                format!("距最近的学校 {metres} 米，超出 {radius} 米"),
                format!("is {metres} m from the nearest school, beyond {radius} m"),
            ),
            Some(_) => {}
        }
        (Some(point), near)
    }

    fn check(&self, tx: &Tx, fields: &mut Fields, (place, input): (usize, &SubjectInput)) -> Checked {
        let at = |name: &str| format!("/subjects/{place}/{name}");
        let name = fields.text(&at("name"), &input.name, 200);
        let uscc =
            input.uscc.as_deref().map(|code| code.trim().to_uppercase()).filter(|code| !code.is_empty());
        fields.require(
            uscc.as_ref()
                .is_none_or(|code| code.len() == 18 && code.bytes().all(|b| b.is_ascii_alphanumeric())),
            &at("uscc"),
            "须为 18 位统一社会信用代码",
            "must be a unified social credit code of 18 characters",
        );
        let address = fields.optional_text(&at("address"), input.address.as_deref(), 300);
        let within = tx.catalogue.regions.contains(&self.campaign.organiser_region, &input.region)
            && regional::sees(&tx.actor, &input.region, &tx.catalogue);
        fields.require(
            within,
            &at("region"),
            "须在专项行动的地区和本人辖区内",
            "must be within the region of the campaign and your own",
        );
        let product = input.product.as_deref().map(str::trim).filter(|word| !word.is_empty());
        if self.campaign.theme == Theme::KeyProducts {
            fields.require(
                product.is_some_and(|word| self.rules.product(word).is_some()),
                &at("product"),
                "须为本专项行动的重点产品",
                "must be a key product of the campaign",
            );
        } else {
            fields.require(product.is_none(), &at("product"), "不适用", "is not for this campaign");
        }
        let (point, school) = self.place(fields, place, input);
        Checked {
            name,
            uscc,
            region: input.region.clone(),
            address,
            product: product.map(str::to_owned),
            point,
            school,
        }
    }
}

/// Those of the register in one region with the same numbers in the address, and those of each code.
struct Known {
    by_place: HashMap<(String, String), Vec<(SubjectId, Entry)>>,
    by_code: HashMap<String, SubjectId>,
    same: HashMap<(String, String, Option<String>, Option<String>), SubjectId>,
    count: usize,
}

impl Known {
    fn of(rows: Vec<Standing>) -> Self {
        let mut known =
            Self { by_place: HashMap::new(), by_code: HashMap::new(), same: HashMap::new(), count: 0 };
        for row in rows {
            known.add(row.id, &row.name, row.uscc.as_deref(), &row.region, row.address.as_deref());
        }
        known
    }

    fn add(&mut self, id: SubjectId, name: &str, uscc: Option<&str>, region: &str, address: Option<&str>) {
        let entry = Entry::of(name, uscc, address);
        self.count += 1;
        if let Some(code) = uscc {
            self.by_code.entry(code.to_owned()).or_insert(id);
        }
        let own = |text: Option<&str>| text.map(str::to_owned);
        self.same.entry((region.to_owned(), name.to_owned(), own(uscc), own(address))).or_insert(id);
        self.by_place.entry((region.to_owned(), entry.numbers())).or_default().push((id, entry));
    }

    fn has(&self, checked: &Checked) -> bool {
        let key =
            (checked.region.clone(), checked.name.clone(), checked.uscc.clone(), checked.address.clone());
        self.same.contains_key(&key)
    }

    /// The earlier one that may be the same, and why.
    fn double(&self, checked: &Checked, rules: &CampaignRules) -> Option<(SubjectId, Ground)> {
        if let Some(id) = checked.uscc.as_ref().and_then(|code| self.by_code.get(code)) {
            return Some((*id, Ground::Uscc));
        }
        let entry = Entry::of(&checked.name, checked.uscc.as_deref(), checked.address.as_deref());
        let near = self.by_place.get(&(checked.region.clone(), entry.numbers()))?;
        near.iter().find_map(|(id, other)| Some((*id, may_be_one(&entry, other, rules.limits())?)))
    }
}

impl Command for AddSubjects {
    type Output = SubjectsAdded;
    const NAME: &'static str = "add_campaign_subjects";

    fn run(&self, tx: &mut Tx) -> Result<SubjectsAdded, Problem> {
        use campaign_subject as s;
        let by = officer(tx)?;
        let campaign = hold_alone(tx, self.campaign)?;
        let rules = campaign.rules(tx)?;
        let mut fields = Fields::new();
        fields.require(
            campaign.theme != Theme::Outreach,
            "/subjects",
            "“三进”活动没有名录",
            "outreach has no register",
        );
        fields.require(
            (1..=MOST_AT_ONCE).contains(&self.subjects.len()),
            "/subjects",
            "须有 1 到 2000 条",
            "must be 1 to 2000 entries",
        );
        let schools = schools(tx, campaign.id)?;
        let ground = Ruled { campaign: &campaign, rules: &rules, schools: &schools };
        let entries: Vec<Checked> = self
            .subjects
            .iter()
            .enumerate()
            .take(MOST_AT_ONCE)
            .map(|entry| ground.check(tx, &mut fields, entry))
            .collect();
        let rows: Vec<Standing> = s::table
            .filter(s::programme_id.eq(campaign.id.0))
            .filter(s::removed_at.is_null())
            .order(s::id)
            .select(Standing::as_select())
            .load(&mut *tx.conn)?;
        let mut known = Known::of(rows);
        fields.require(
            known.count + entries.len() <= MOST,
            "/subjects",
            "名录不能超过 20000 条",
            "the register has at most 20000 entries",
        );
        fields.done()?;
        let enterprises = enterprises(tx, &entries)?;
        let mut added = SubjectsAdded { added: 0, known: 0, doubles: 0, ids: Vec::new() };
        for entry in entries {
            if known.has(&entry) {
                added.known += 1;
                continue;
            }
            let double = known.double(&entry, &rules);
            let id = SubjectId::new();
            let of = entry.uscc.as_ref().and_then(|code| enterprises.get(code));
            diesel::insert_into(s::table)
                .values((
                    s::id.eq(id),
                    s::programme_id.eq(campaign.id.0),
                    s::enterprise_id.eq(of),
                    s::name.eq(&entry.name),
                    s::uscc.eq(&entry.uscc),
                    s::region.eq(&entry.region),
                    s::address.eq(&entry.address),
                    s::product.eq(&entry.product),
                    s::latitude.eq(entry.point.map(|point| point.latitude)),
                    s::longitude.eq(entry.point.map(|point| point.longitude)),
                    s::school_id.eq(entry.school.map(|(school, _)| school)),
                    s::distance_m.eq(entry.school.map(|(_, metres)| metres)),
                    s::double_of.eq(double.map(|(of, _)| of)),
                    s::double_ground.eq(double.map(|(_, ground)| ground.as_str())),
                    s::entered_by.eq(by),
                    s::entered_at.eq(tx.now),
                ))
                .execute(&mut *tx.conn)?;
            known.add(id, &entry.name, entry.uscc.as_deref(), &entry.region, entry.address.as_deref());
            added.added += 1;
            added.doubles += usize::from(double.is_some());
            added.ids.push(id);
        }
        let data = json!({ "added": added.added, "known": added.known, "doubles": added.doubles });
        campaign.audit(tx, Self::NAME, data)?;
        Ok(added)
    }
}

/// The enterprises of the register of the platform by the codes of entries.
fn enterprises(tx: &mut Tx, entries: &[Checked]) -> Result<HashMap<String, EnterpriseId>, Problem> {
    let codes: Vec<&str> = entries.iter().filter_map(|entry| entry.uscc.as_deref()).collect();
    let rows: Vec<(String, EnterpriseId)> = enterprise::table
        .filter(enterprise::uscc.eq_any(codes))
        .filter(enterprise::withdrawn_at.is_null())
        .select((enterprise::uscc, enterprise::id))
        .load(&mut *tx.conn)?;
    Ok(rows.into_iter().collect())
}

/// The part of an entry by which is decided.
#[derive(Queryable, Selectable)]
#[diesel(table_name = campaign_subject, check_for_backend(Pg))]
struct Row {
    programme_id: uuid::Uuid,
    name: String,
    double_of: Option<SubjectId>,
    removed_at: Option<chrono::DateTime<chrono::Utc>>,
}

/// An entry that the officer may know of, with its campaign.
fn load(tx: &mut Tx, id: SubjectId) -> Result<(Row, Campaign), Problem> {
    officer(tx)?;
    let row: Row = visible_subjects(&tx.actor)
        .filter(campaign_subject::id.eq(id))
        .select(Row::as_select())
        .first(&mut *tx.conn)?;
    let campaign = hold_alone(tx, ProgrammeId(row.programme_id))?;
    // It was read before the campaign was locked.
    let row: Row = campaign_subject::table.find(id).select(Row::as_select()).first(&mut *tx.conn)?;
    Ok((row, campaign))
}

fn gone() -> Problem {
    Problem::field("/id", Text::new("该条目已移出名录", "the entry was taken off the register"))
}

/// Takes an entry off the register, with a reason. It stays in the figures of past days.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RemoveSubject {
    /// The entry.
    pub id: SubjectId,
    /// Why, at most 1,000 characters.
    pub reason: String,
}

impl Command for RemoveSubject {
    type Output = SubjectId;
    const NAME: &'static str = "remove_campaign_subject";

    fn run(&self, tx: &mut Tx) -> Result<SubjectId, Problem> {
        let (row, campaign) = load(tx, self.id)?;
        let reason = reason(&self.reason)?;
        if row.removed_at.is_some() {
            return Err(gone());
        }
        remove(tx, self.id, &reason)?;
        campaign.audit(tx, Self::NAME, json!({ "subject": self.id, "entry": row.name, "reason": reason }))?;
        Ok(self.id)
    }
}

fn remove(tx: &mut Tx, id: SubjectId, reason: &str) -> Result<(), Problem> {
    use campaign_subject as s;
    diesel::update(s::table.find(id))
        .set((s::removed_at.eq(tx.now), s::removed_reason.eq(reason)))
        .execute(&mut *tx.conn)?;
    Ok(())
}

crate::word_enum! {
    /// What a possible double is.
    pub enum DoubleDecision {
        /// The same: it is taken off the register.
        Same = "same",
        /// Another one.
        Different = "different",
    }
}

/// Decides whether an entry that may be the same as an earlier one is. The same one is taken off the register.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct DecideDouble {
    /// The entry that is marked.
    pub id: SubjectId,
    /// What it is.
    pub decision: DoubleDecision,
}

impl Command for DecideDouble {
    type Output = SubjectId;
    const NAME: &'static str = "decide_campaign_double";

    fn run(&self, tx: &mut Tx) -> Result<SubjectId, Problem> {
        use campaign_subject as s;
        let (row, campaign) = load(tx, self.id)?;
        if row.removed_at.is_some() {
            return Err(gone());
        }
        if row.double_of.is_none() {
            let text = Text::new("该条目没有疑似重复标记", "the entry is not marked as a possible double");
            return Err(Problem::field("/decision", text));
        }
        diesel::update(s::table.find(self.id))
            .set(s::double_decided.eq(self.decision.as_str()))
            .execute(&mut *tx.conn)?;
        if self.decision == DoubleDecision::Same {
            remove(tx, self.id, "与已有条目为同一单位")?;
        }
        let data = json!({ "subject": self.id, "entry": row.name, "decision": self.decision });
        campaign.audit(tx, Self::NAME, data)?;
        Ok(self.id)
    }
}
