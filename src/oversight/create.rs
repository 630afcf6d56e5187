//! Writing a letter, an interview or a listing, and changing it before it goes out.

use crate::core::clock::shanghai_date;
use crate::core::{Code, Problem, Text};
use crate::db::schema::{oversight, oversight_matter};
use crate::db::{Command, Tx};
use crate::oversight::course::{Course, Details, Fact};
use crate::oversight::facts::{self, Basis};
use crate::oversight::ids::OversightId;
use crate::oversight::policy::Standing;
use crate::oversight::rows::{CourseRow, MatterRow, WrittenRow};
use crate::oversight::state::{OversightStep, first};
use crate::oversight::store::{self, Loaded};
use crate::oversight::words::BasisKind;
use crate::oversight::written::{Checked, NewOversight};
use crate::oversight::{files, notices};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// Writes a letter, an interview or a listing. Nobody but the issuing side knows of it until it goes out.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CreateOversight {
    /// The draft.
    pub written: NewOversight,
}

/// The rows of what was handed in.
fn rows(
    tx: &mut Tx,
    id: OversightId,
    new: &NewOversight,
    checked: Checked,
) -> Result<(WrittenRow, MatterRow), Problem> {
    let today = tx.today();
    let facts = facts::count(&mut tx.conn, &new.basis, today)?;
    let (invitee, invitee_post) = checked.invitee.unzip();
    let written = WrittenRow {
        id,
        kind: new.kind,
        subject: new.subject,
        title: checked.title,
        from_region: checked.from_region,
        level: checked.level,
        to_kind: new.to.kind,
        to_region: checked.to.region,
        enterprise_id: checked.to.enterprise,
        laboratory_id: checked.to.laboratory,
        to_name: checked.to.name,
        product_kinds: checked.product_kinds,
        rules_version: checked.rules_version,
        created_by: Some(checked.by),
        created_at: tx.now,
    };
    let matter = MatterRow {
        invitee,
        invitee_post,
        facts: serde_json::to_value(facts)?,
        facts_note: checked.facts_note,
        requirements: checked.requirements,
        term_wish: new.due_on,
        escalates_id: None,
    };
    Ok((written, matter))
}

/// Writes the rows as they begin, with the first event.
///
/// # Errors
/// When the database refuses.
pub fn insert(tx: &mut Tx, row: &WrittenRow, matter: &MatterRow, basis: &[Basis]) -> Result<(), Problem> {
    let today = shanghai_date(row.created_at);
    let course = CourseRow::from(&Course::begin(row.kind, today));
    diesel::insert_into(oversight::table)
        .values((row, &course, oversight::updated_at.eq(tx.now)))
        .execute(&mut *tx.conn)?;
    diesel::insert_into(oversight_matter::table)
        .values((oversight_matter::oversight_id.eq(row.id), matter))
        .execute(&mut *tx.conn)?;
    store::write_basis(tx, row.id, basis)?;
    let fact = Fact { step: OversightStep::Create, on: today, details: Details::default() };
    store::event(tx, row.id, 1, (None, first(row.kind)), &fact)?;
    Ok(())
}

impl Command for CreateOversight {
    type Output = OversightId;
    const NAME: &'static str = "create_oversight";

    fn run(&self, tx: &mut Tx) -> Result<OversightId, Problem> {
        let new = &self.written;
        if new.version.is_some() {
            let text = Text::new("新起草的事项不填写版本号", "something new has no version yet");
            return Err(Problem::field("/version", text));
        }
        let checked = new.checked(tx)?;
        let responsibilities = checked.responsibilities.clone();
        let id = OversightId::new();
        let (row, matter) = rows(tx, id, new, checked)?;
        insert(tx, &row, &matter, &new.basis)?;
        store::write_responsibilities(tx, id, &responsibilities)?;
        files::attach(tx, id, 1, &new.attachments)?;
        let loaded = store::load(tx, id)?;
        let data = json!({ "kind": new.kind, "to": row.to_name, "basis": new.basis.len() });
        store::audit(tx, &loaded.row, Self::NAME, data)?;
        notices::proposed(tx, &loaded.row)?;
        Ok(id)
    }
}

/// Changes what was written, before it goes out or is approved: all of it is handed in anew.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ChangeOversight {
    /// The letter, interview or listing to change.
    pub id: OversightId,
    /// What it says from now on; it stays what it is and of whom it is.
    pub written: NewOversight,
}

impl Command for ChangeOversight {
    type Output = OversightId;
    const NAME: &'static str = "change_oversight";

    fn run(&self, tx: &mut Tx) -> Result<OversightId, Problem> {
        let mut loaded = store::load(tx, self.id)?;
        if loaded.standing != Standing::Issuer {
            return Err(Problem::forbidden());
        }
        if self.written.version.is_some_and(|seen| seen != loaded.row.version) {
            return Err(changed());
        }
        let checked = self.written.checked(tx)?;
        let was = &loaded.row.written;
        let same = self.written.kind == was.kind && checked.from_region == was.from_region;
        if !same {
            let text = Text::new("类别和发出机关不能修改", "kind and issuing region stay as they are");
            return Err(Problem::field("/kind", text));
        }
        let responsibilities = checked.responsibilities.clone();
        // The listing from which it was escalated stays its ground.
        let mut basis = self.written.basis.clone();
        if let Some(id) = loaded.matter.escalates_id {
            let ground = Basis { kind: BasisKind::Oversight, id: id.0 };
            if !basis.contains(&ground) {
                basis.push(ground);
            }
        }
        let (row, matter) = rows(tx, self.id, &self.written, checked)?;
        let matter = MatterRow { escalates_id: loaded.matter.escalates_id, ..matter };
        let fact = Fact { step: OversightStep::Change, on: tx.today(), details: Details::default() };
        let ordinal = store::take(tx, &mut loaded, &fact, None)?;
        update(tx, &row, &matter)?;
        store::write_basis(tx, self.id, &basis)?;
        store::write_responsibilities(tx, self.id, &responsibilities)?;
        files::attach(tx, self.id, ordinal, &self.written.attachments)?;
        let Loaded { row: after, .. } = store::load(tx, self.id)?;
        store::audit(tx, &after, Self::NAME, json!({ "to": row.to_name, "basis": basis.len() }))?;
        Ok(self.id)
    }
}

fn update(tx: &mut Tx, row: &WrittenRow, matter: &MatterRow) -> Result<(), Problem> {
    use oversight as o;
    diesel::update(o::table.find(row.id))
        .set((
            o::subject.eq(row.subject),
            o::title.eq(&row.title),
            o::to_kind.eq(row.to_kind),
            o::to_region.eq(&row.to_region),
            o::enterprise_id.eq(row.enterprise_id),
            o::laboratory_id.eq(row.laboratory_id),
            o::to_name.eq(&row.to_name),
            o::product_kinds.eq(&row.product_kinds),
            o::rules_version.eq(&row.rules_version),
        ))
        .execute(&mut *tx.conn)?;
    diesel::update(oversight_matter::table.find(row.id)).set(matter).execute(&mut *tx.conn)?;
    Ok(())
}

/// Counts the facts anew and keeps them as they are on the day on which it goes out. From then on they never change.
///
/// # Errors
/// When the database can't be asked.
pub fn freeze_facts(tx: &mut Tx, id: OversightId) -> Result<(), Problem> {
    let today = tx.today();
    let basis = store::basis(&mut tx.conn, id)?;
    let facts = facts::count(&mut tx.conn, &basis, today)?;
    diesel::update(oversight_matter::table.find(id))
        .set(oversight_matter::facts.eq(serde_json::to_value(facts)?))
        .execute(&mut *tx.conn)?;
    Ok(())
}

/// The refusal of a call that was made in view of an older version.
pub fn changed() -> Problem {
    Problem::new(
        Code::OversightChanged,
        Text::new(
            "在您查看之后已有新的步骤，请刷新后再操作",
            "there are steps after the version that you saw; load it again",
        ),
    )
}
