//! An entry of a register against the rules of its campaign: who is in scope, which product, how near a school; which one is there already, and which
//! may be the same under another name. What is entered by hand and what comes as a file goes through here.

use crate::campaigns::distance::Point;
use crate::campaigns::ids::{SchoolId, SubjectId};
use crate::campaigns::likeness::{Entry, Ground, may_be_one};
use crate::campaigns::register_list::{Given, RegisterColumn};
use crate::campaigns::settings::CampaignRules;
use crate::campaigns::state::Theme;
use crate::campaigns::store::Campaign;
use crate::catalogue::Catalogue;
use crate::core::cells::compact;
use crate::core::ids::{AccountId, EnterpriseId};
use crate::core::{Problem, Text};
use crate::db::Tx;
use crate::db::published::enterprise;
use crate::db::schema::{campaign_school, campaign_subject};
use crate::enterprises::Uscc;
use crate::list_files::rejection_code::RejectionCode;
use crate::programmes::ids::ProgrammeId;
use crate::zero_out::import::row::uscc_code;
use diesel::pg::Pg;
use diesel::prelude::*;
use std::collections::{BTreeSet, HashMap};

/// The most entries of a register.
pub(super) const MOST: usize = 20_000;
/// Entries that are written, or enterprises that are looked up, by one statement.
const AT_ONCE: usize = 1_000;

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
        .filter(s::removed_at.is_null())
        .select((s::id, s::latitude, s::longitude))
        .load(&mut *tx.conn)?;
    Ok(rows
        .into_iter()
        .map(|(id, latitude, longitude)| School { id, point: Point { latitude, longitude } })
        .collect())
}

/// The nearest school and its distance in metres; of two that are as near the one with the lower id.
pub(super) fn nearest(schools: &[School], point: Point) -> Option<(SchoolId, i32)> {
    let mut best: Option<(i32, SchoolId)> = None;
    for school in schools {
        // Nothing is nearer than it lies to the north or the south, which takes no trigonometry to know: a register has thousands of shops.
        if best.is_some_and(|(metres, _)| point.metres_north_of(school.point) > f64::from(metres)) {
            continue;
        }
        let found = (point.whole_metres_to(school.point), school.id);
        if best.is_none_or(|known| found < known) {
            best = Some(found);
        }
    }
    best.map(|(metres, id)| (id, metres))
}

/// An entry that was checked.
pub(super) struct Checked {
    name: String,
    uscc: Option<String>,
    region: String,
    address: Option<String>,
    product: Option<String>,
    point: Option<Point>,
    school: Option<(SchoolId, i32)>,
}

impl Checked {
    fn key(&self) -> Key {
        (self.region.clone(), self.name.clone(), self.uscc.clone(), self.address.clone())
    }
}

/// What is wrong with an entry: where, the word of it for files, and the reason.
pub(super) struct Wrong {
    pub column: RegisterColumn,
    pub code: RejectionCode,
    pub reason: Text,
}

/// What entries are checked against.
pub(super) struct Ruled<'a> {
    pub campaign: &'a Campaign,
    pub rules: &'a CampaignRules,
    pub schools: &'a [School],
    pub catalogue: &'a Catalogue,
    /// Code of the region of who enters it.
    pub own_region: &'a str,
    /// Credit codes against the rule that officers let in.
    pub admitted: &'a BTreeSet<Uscc>,
}

impl Ruled<'_> {
    /// The entry, and all that is wrong with it. The name and the address were checked before.
    pub(super) fn check(&self, given: &Given) -> (Checked, Vec<Wrong>) {
        use RegisterColumn as C;
        let mut wrong = Vec::new();
        let uscc = given.uscc.as_deref().map(compact).filter(|code| !code.is_empty()).and_then(|code| {
            match Uscc::parse_or_admitted(&code, self.admitted) {
                Ok(uscc) => Some(uscc.as_str().to_owned()),
                Err(fault) => {
                    wrong.push(Wrong { column: C::Uscc, code: uscc_code(&fault), reason: fault.text() });
                    None
                }
            }
        });
        let regions = &self.catalogue.regions;
        let within = regions.contains(&self.campaign.organiser_region, &given.region)
            && regions.contains(self.own_region, &given.region);
        if !within {
            let reason = Text::new(
                "须在专项行动的地区和本人辖区内",
                "must be within the region of the campaign and your own",
            );
            wrong.push(Wrong { column: C::Region, code: RejectionCode::RegionOutsideScope, reason });
        }
        let product = self.product(given, &mut wrong);
        let (point, school) = self.place(given, &mut wrong);
        let checked = Checked {
            name: given.name.clone(),
            uscc,
            region: given.region.clone(),
            address: given.address.clone(),
            product,
            point,
            school,
        };
        (checked, wrong)
    }

    /// The word of the key product, which is named by it or by a name.
    fn product(&self, given: &Given, wrong: &mut Vec<Wrong>) -> Option<String> {
        let named = given.product.as_deref().map(str::trim).filter(|word| !word.is_empty());
        let mut refuse = |reason: Text| {
            let (column, code) = (RegisterColumn::Product, RejectionCode::KeyProductUnknown);
            wrong.push(Wrong { column, code, reason });
        };
        if self.campaign.theme != Theme::KeyProducts {
            if named.is_some() {
                refuse(Text::new("不适用", "is not for this campaign"));
            }
            return None;
        }
        let found = named.and_then(|word| {
            let is = |name: &str| name.trim().eq_ignore_ascii_case(word);
            self.rules.products.iter().find(|one| is(&one.key) || is(&one.name.zh) || is(&one.name.en))
        });
        if found.is_none() {
            refuse(Text::new("须为本专项行动的重点产品", "must be a key product of the campaign"));
        }
        found.map(|product| product.key.clone())
    }

    /// The point of a shop, and the nearest school, which is within the radius.
    fn place(&self, given: &Given, wrong: &mut Vec<Wrong>) -> (Option<Point>, Option<(SchoolId, i32)>) {
        let mut refuse = |code: RejectionCode, reason: Text| {
            wrong.push(Wrong { column: RegisterColumn::Latitude, code, reason });
        };
        let point = match (given.latitude, given.longitude) {
            (Some(latitude), Some(longitude)) => {
                let point = Point::of(latitude, longitude);
                if point.is_none() {
                    let reason = Text::new("经纬度超出有效范围", "is no place on the Earth");
                    refuse(RejectionCode::CoordinatesInvalid, reason);
                    return (None, None);
                }
                point
            }
            (None, None) => None,
            _ => {
                let reason = Text::new("经度和纬度须同时填写", "latitude and longitude go together");
                refuse(RejectionCode::CoordinatesInvalid, reason);
                return (None, None);
            }
        };
        if self.campaign.theme != Theme::Campus {
            return (point, None);
        }
        let Some(point) = point else {
            let reason = Text::new("校园周边的店铺须填写坐标", "is needed of a shop around a campus");
            refuse(RejectionCode::CoordinatesInvalid, reason);
            return (None, None);
        };
        let radius = self.campaign.radius_m.unwrap_or(self.rules.radius_m);
        let near = nearest(self.schools, point);
        match near {
            None => {
                let reason = Text::new("请先登记学校", "enter the schools first");
                refuse(RejectionCode::OutsideRadius, reason);
            }
            Some((_, metres)) if metres > radius => {
                let reason = Text::new(
                    format!("距最近的学校 {metres} 米，超出 {radius} 米"),
                    format!("is {metres} m from the nearest school, beyond {radius} m"),
                );
                refuse(RejectionCode::OutsideRadius, reason);
            }
            Some(_) => {}
        }
        (Some(point), near)
    }
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

/// What an entry is known by: region, name, code and address.
type Key = (String, String, Option<String>, Option<String>);

/// Those of the register: of one region with the same numbers in the address, of each code, and as they are written.
pub(super) struct Known {
    by_place: HashMap<(String, String), Vec<(SubjectId, Entry)>>,
    by_code: HashMap<String, SubjectId>,
    same: HashMap<Key, SubjectId>,
    pub count: usize,
}

impl Known {
    /// The register of a campaign as it stands. The campaign is held by who calls this.
    ///
    /// # Errors
    /// When the database can't be asked.
    pub(super) fn of(tx: &mut Tx, campaign: ProgrammeId) -> Result<Self, Problem> {
        use campaign_subject as s;
        let rows: Vec<Standing> = s::table
            .filter(s::programme_id.eq(campaign.0))
            .filter(s::removed_at.is_null())
            .order(s::id)
            .select(Standing::as_select())
            .load(&mut *tx.conn)?;
        let mut known =
            Self { by_place: HashMap::new(), by_code: HashMap::new(), same: HashMap::new(), count: 0 };
        for Standing { id, name, uscc, region, address } in rows {
            let entry = Entry::of(&name, uscc.as_deref(), address.as_deref());
            known.add(id, (region, name, uscc, address), entry);
        }
        Ok(known)
    }

    fn add(&mut self, id: SubjectId, key: Key, entry: Entry) {
        self.count += 1;
        if let Some(code) = &key.2 {
            self.by_code.entry(code.clone()).or_insert(id);
        }
        self.by_place.entry((key.0.clone(), entry.numbers())).or_default().push((id, entry));
        self.same.entry(key).or_insert(id);
    }

    /// The earlier one that may be the same, and why.
    fn double(&self, checked: &Checked, entry: &Entry, rules: &CampaignRules) -> Option<(SubjectId, Ground)> {
        if let Some(id) = checked.uscc.as_ref().and_then(|code| self.by_code.get(code)) {
            return Some((*id, Ground::Uscc));
        }
        let near = self.by_place.get(&(checked.region.clone(), entry.numbers()))?;
        near.iter().find_map(|(id, other)| Some((*id, may_be_one(entry, other, rules.limits())?)))
    }

    /// Whether an entry can be taken: there is room for it, or it stands there as it is written.
    pub(super) fn has_room_for(&self, checked: &Checked) -> bool {
        self.count < MOST || self.same.contains_key(&checked.key())
    }

    /// Takes an entry into the register, unless it stands there as it is written.
    pub(super) fn take(&mut self, checked: Checked, rules: &CampaignRules) -> Taken {
        let key = checked.key();
        if let Some(id) = self.same.get(&key) {
            return Taken::Known(*id);
        }
        let entry = Entry::of(&checked.name, checked.uscc.as_deref(), checked.address.as_deref());
        let double = self.double(&checked, &entry, rules);
        let id = SubjectId::new();
        self.add(id, key, entry);
        Taken::New(Box::new(NewSubject { id, checked, double }))
    }
}

/// What became of an entry.
pub(super) enum Taken {
    /// It stands there already.
    Known(SubjectId),
    /// It is new, and to be written.
    New(Box<NewSubject>),
}

/// An entry to be written.
pub(super) struct NewSubject {
    pub id: SubjectId,
    checked: Checked,
    double: Option<(SubjectId, Ground)>,
}

impl NewSubject {
    /// Whether it may be the same as another one.
    pub(super) fn is_double(&self) -> bool {
        self.double.is_some()
    }
}

/// A row of the register as it is written.
#[derive(Insertable)]
#[diesel(table_name = campaign_subject)]
struct Written<'a> {
    id: SubjectId,
    programme_id: uuid::Uuid,
    enterprise_id: Option<EnterpriseId>,
    name: &'a str,
    uscc: Option<&'a str>,
    region: &'a str,
    address: Option<&'a str>,
    product: Option<&'a str>,
    latitude: Option<f64>,
    longitude: Option<f64>,
    school_id: Option<SchoolId>,
    distance_m: Option<i32>,
    double_of: Option<SubjectId>,
    double_ground: Option<&'static str>,
    entered_by: AccountId,
    entered_at: chrono::DateTime<chrono::Utc>,
}

/// Writes entries, in the order in which they were taken.
///
/// # Errors
/// When the database refuses.
pub(super) fn write(
    tx: &mut Tx,
    campaign: ProgrammeId,
    subjects: &[NewSubject],
    by: AccountId,
) -> Result<(), Problem> {
    let now = tx.now;
    for some in subjects.chunks(AT_ONCE) {
        let enterprises = enterprises(tx, some)?;
        let rows: Vec<Written<'_>> = some
            .iter()
            .map(|new| Written {
                id: new.id,
                programme_id: campaign.0,
                enterprise_id: new.checked.uscc.as_ref().and_then(|code| enterprises.get(code)).copied(),
                name: &new.checked.name,
                uscc: new.checked.uscc.as_deref(),
                region: &new.checked.region,
                address: new.checked.address.as_deref(),
                product: new.checked.product.as_deref(),
                latitude: new.checked.point.map(|point| point.latitude),
                longitude: new.checked.point.map(|point| point.longitude),
                school_id: new.checked.school.map(|(school, _)| school),
                distance_m: new.checked.school.map(|(_, metres)| metres),
                double_of: new.double.map(|(of, _)| of),
                double_ground: new.double.map(|(_, ground)| ground.as_str()),
                entered_by: by,
                entered_at: now,
            })
            .collect();
        diesel::insert_into(campaign_subject::table).values(rows).execute(&mut *tx.conn)?;
    }
    Ok(())
}

/// The enterprises of the register of the platform by the codes of entries.
fn enterprises(tx: &mut Tx, subjects: &[NewSubject]) -> Result<HashMap<String, EnterpriseId>, Problem> {
    let codes: Vec<&str> = subjects.iter().filter_map(|new| new.checked.uscc.as_deref()).collect();
    let rows: Vec<(String, EnterpriseId)> = enterprise::table
        .filter(enterprise::uscc.eq_any(codes))
        .filter(enterprise::withdrawn_at.is_null())
        .select((enterprise::uscc, enterprise::id))
        .load(&mut *tx.conn)?;
    Ok(rows.into_iter().collect())
}
