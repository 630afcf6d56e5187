//! The register of a campaign: whom it looks at, added one by one or as a list, and taken off again; what a possible duplicate is.

use crate::campaigns::entry::{Checked, Known, MOST, NewSubject, Ruled, Taken, Wrong, schools, write};
use crate::campaigns::ids::SubjectId;
use crate::campaigns::policy::visible_subjects;
use crate::campaigns::register_list::Given;
use crate::campaigns::state::Theme;
use crate::campaigns::store::{Campaign, hold};
use crate::core::fields::Fields;
use crate::core::{Problem, Text};
use crate::db::officer_steps::{officer, reason};
use crate::db::schema::campaign_subject;
use crate::db::{Command, Tx};
use crate::enterprises::admissions;
use crate::programmes::ids::ProgrammeId;
use diesel::pg::Pg;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::sync::Arc;

/// The most entries of one list.
const MOST_AT_ONCE: usize = 2_000;

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

/// Adds entries to the register of a campaign. One that is there already, by name, code, region and address, is left as it is.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AddSubjects {
    /// The campaign.
    pub campaign: ProgrammeId,
    /// The entries, 1 to 2,000.
    pub subjects: Vec<SubjectInput>,
}

/// Result of a list.
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

impl Command for AddSubjects {
    type Output = SubjectsAdded;
    const NAME: &'static str = "add_campaign_subjects";

    fn run(&self, tx: &mut Tx) -> Result<SubjectsAdded, Problem> {
        let by = officer(tx)?;
        let campaign = hold(tx, self.campaign)?;
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
        let (schools, catalogue) = (schools(tx, campaign.id)?, Arc::clone(&tx.catalogue));
        let own_region = tx.actor.officer_region().unwrap_or_default().to_owned();
        let admitted = admissions::lock_in_force(&mut tx.conn)?;
        let ground = Ruled {
            campaign: &campaign,
            rules: &rules,
            schools: &schools,
            catalogue: &catalogue,
            own_region: &own_region,
            admitted: &admitted,
        };
        let mut entries: Vec<Checked> = Vec::new();
        for (place, input) in self.subjects.iter().enumerate().take(MOST_AT_ONCE) {
            let given = input.given(&mut fields, place);
            let (entry, wrong) = ground.check(&given);
            for Wrong { column, reason, .. } in wrong {
                fields.fault(format!("/subjects/{place}/{column}"), reason.zh, reason.en);
            }
            entries.push(entry);
        }
        let mut known = Known::of(tx, campaign.id)?;
        fields.require(
            known.count + entries.len() <= MOST,
            "/subjects",
            "名录不能超过 20000 条",
            "the register has at most 20000 entries",
        );
        fields.done()?;
        let mut added = SubjectsAdded { added: 0, known: 0, doubles: 0, ids: Vec::new() };
        let mut new: Vec<NewSubject> = Vec::new();
        for entry in entries {
            match known.take(entry, &rules) {
                Taken::Known(_) => added.known += 1,
                Taken::New(subject) => {
                    added.added += 1;
                    added.doubles += usize::from(subject.is_double());
                    added.ids.push(subject.id);
                    new.push(*subject);
                }
            }
        }
        write(tx, campaign.id, &new, by)?;
        let data = json!({ "added": added.added, "known": added.known, "doubles": added.doubles });
        campaign.audit(tx, Self::NAME, data)?;
        Ok(added)
    }
}

impl SubjectInput {
    /// What it says, with a name and an address that can be kept.
    fn given(&self, fields: &mut Fields, place: usize) -> Given {
        let at = |name: &str| format!("/subjects/{place}/{name}");
        Given {
            name: fields.text(&at("name"), &self.name, 200),
            uscc: self.uscc.clone(),
            region: self.region.clone(),
            address: fields.optional_text(&at("address"), self.address.as_deref(), 300),
            product: self.product.clone(),
            latitude: self.latitude,
            longitude: self.longitude,
        }
    }
}

/// The part of an entry by which is decided.
#[derive(Queryable, Selectable)]
#[diesel(table_name = campaign_subject, check_for_backend(Pg))]
struct Row {
    programme_id: uuid::Uuid,
    name: String,
    double_of: Option<SubjectId>,
    double_decided_at: Option<chrono::DateTime<chrono::Utc>>,
    removed_at: Option<chrono::DateTime<chrono::Utc>>,
}

/// An entry that the officer may know of, with its campaign.
fn load(tx: &mut Tx, id: SubjectId) -> Result<(Row, Campaign), Problem> {
    officer(tx)?;
    let row: Row = visible_subjects(&tx.actor)
        .filter(campaign_subject::id.eq(id))
        .select(Row::as_select())
        .first(&mut *tx.conn)?;
    let campaign = hold(tx, ProgrammeId(row.programme_id))?;
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
        remove(tx, &[self.id], &reason)?;
        campaign.audit(tx, Self::NAME, json!({ "subject": self.id, "entry": row.name, "reason": reason }))?;
        Ok(self.id)
    }
}

/// Takes entries off the register. The campaign is held by who calls this.
///
/// # Errors
/// When the database refuses.
pub(super) fn remove(tx: &mut Tx, ids: &[SubjectId], reason: &str) -> Result<(), Problem> {
    use campaign_subject as s;
    diesel::update(s::table.filter(s::id.eq_any(ids)).filter(s::removed_at.is_null()))
        .set((s::removed_at.eq(tx.now), s::removed_reason.eq(reason)))
        .execute(&mut *tx.conn)?;
    Ok(())
}

crate::word_enum! {
    /// What a possible duplicate is.
    pub enum DoubleDecision {
        /// The same: it is taken off the register.
        Same = "same",
        /// They are two different enterprises.
        Different = "different",
    }
}

/// Decides whether an entry that may be the same as an earlier one is. The same one is taken off the register.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct DecideDouble {
    /// The entry that is marked.
    pub id: SubjectId,
    /// The decision.
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
        // The first decision counts for figures of past days; another one only says otherwise.
        let decided_at = row.double_decided_at.unwrap_or(tx.now);
        diesel::update(s::table.find(self.id))
            .set((s::double_decided.eq(self.decision.as_str()), s::double_decided_at.eq(decided_at)))
            .execute(&mut *tx.conn)?;
        if self.decision == DoubleDecision::Same {
            remove(tx, &[self.id], "与已有条目为同一单位")?;
        }
        let data = json!({ "subject": self.id, "entry": row.name, "decision": self.decision });
        campaign.audit(tx, Self::NAME, data)?;
        Ok(self.id)
    }
}
