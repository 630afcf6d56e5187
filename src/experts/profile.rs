//! What experts say of themselves once they are approved.

use crate::core::Problem;
use crate::core::fields::Fields;
use crate::core::ids::ExpertId;
use crate::db::schema::expert;
use crate::db::tx::Subject;
use crate::db::{Command, Tx};
use crate::experts::application::{KnownSpecialty, Specialty, check_specialties};
use crate::experts::policy::{acting_expert, locked_facts};
use crate::experts::specialty_change::{SpecialtyChangeKind, SpecialtyChangeState, difference};
use crate::experts::specialty_store::{NewChange, end, is_new, note, open, present, put, remove};
use crate::experts::wake::MATCHER;
use chrono::NaiveDate;
use diesel::prelude::*;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::json;

/// Says whether the expert takes new consultations. Those under way go on.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetAvailability {
    /// Whether new consultations may be offered.
    pub available: bool,
    /// Days of leave on which none are; null ends the leave, absent leaves it as it is.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Leave>)]
    pub leave: Option<Option<Leave>>,
}

/// Days of leave in Asia/Shanghai, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Leave {
    /// The first day of the leave, Asia/Shanghai.
    pub from: NaiveDate,
    /// The last day of the leave, Asia/Shanghai.
    pub to: NaiveDate,
}

/// Distinguishes null from absent.
fn given<'de, D: Deserializer<'de>>(value: D) -> Result<Option<Option<Leave>>, D::Error> {
    Option::deserialize(value).map(Some)
}

/// Changes the expert's specialties to these: what is missing is removed at once, what is new or changed is proposed to the officers. The first
/// ones of an expert who was invited are covered by the invitation.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetSpecialties {
    /// All of them, at least one; those that are proposed and still wanted, too.
    pub specialties: Vec<Specialty>,
    /// The reason, for the officer who decides.
    #[serde(default)]
    pub reason: Option<String>,
}

impl Command for SetAvailability {
    type Output = ExpertId;
    const NAME: &'static str = "set_availability";

    fn run(&self, tx: &mut Tx) -> Result<ExpertId, Problem> {
        let id = acting_expert(&tx.actor)?;
        if let Some(leave) = self.leave {
            let mut fields = Fields::new();
            let orderly = leave.is_none_or(|l| l.from <= l.to && l.to >= tx.today());
            fields.require(
                orderly,
                "/leave/to",
                "不能早于开始日期或今天",
                "must not be before its beginning or today",
            );
            fields.done()?;
            diesel::update(expert::table.find(id))
                .set((expert::leave_from.eq(leave.map(|l| l.from)), expert::leave_to.eq(leave.map(|l| l.to))))
                .execute(&mut *tx.conn)?;
        }
        diesel::update(expert::table.find(id))
            .set((expert::available.eq(self.available), expert::updated_at.eq(tx.now)))
            .execute(&mut *tx.conn)?;
        tx.audit(Self::NAME, Subject::new("expert", id.0), json!(self))?;
        if self.available {
            tx.wake(MATCHER);
        }
        Ok(id)
    }
}

impl Command for SetSpecialties {
    type Output = ExpertId;
    const NAME: &'static str = "set_specialties";

    fn run(&self, tx: &mut Tx) -> Result<ExpertId, Problem> {
        let id = acting_expert(&tx.actor)?;
        let mut fields = Fields::new();
        let wanted = check_specialties(&mut fields, tx, &self.specialties);
        let reason = fields.optional_text("/reason", self.reason.as_deref(), 1000);
        for (at, one) in wanted.iter().enumerate() {
            let twice = wanted.iter().take(at).any(|earlier| earlier.same_subject(one));
            fields.require(
                !twice,
                &format!("/specialties/{at}"),
                "同一产品种类或类别只能填写一次",
                "names a kind or class that is named before",
            );
        }
        fields.done()?;
        locked_facts(&mut tx.conn, id)?;
        if is_new(tx, id)? {
            for one in &wanted {
                put(tx, id, one)?;
                let done =
                    change(SpecialtyChangeKind::Add, SpecialtyChangeState::Approved, reason.as_deref());
                note(tx, id, one, &done)?;
            }
        } else {
            propose(tx, id, &wanted, reason.as_deref())?;
        }
        diesel::update(expert::table.find(id)).set(expert::updated_at.eq(tx.now)).execute(&mut *tx.conn)?;
        tx.audit(Self::NAME, Subject::new("expert", id.0), json!({ "specialties": self.specialties }))?;
        tx.wake(MATCHER);
        Ok(id)
    }
}

fn change(kind: SpecialtyChangeKind, state: SpecialtyChangeState, note: Option<&str>) -> NewChange<'_> {
    NewChange { kind, state, note, reason: None, open: None }
}

/// Removes what is no longer wanted, and proposes what is new.
fn propose(
    tx: &mut Tx,
    id: ExpertId,
    wanted: &[KnownSpecialty],
    reason: Option<&str>,
) -> Result<(), Problem> {
    let found = difference(&present(tx, id)?, &open(tx, id)?, wanted);
    for proposal in found.withdrawn {
        end(tx, proposal, SpecialtyChangeState::Withdrawn, None)?;
    }
    for one in &found.removed {
        let open = remove(tx, id, one)?;
        let done = change(SpecialtyChangeKind::Remove, SpecialtyChangeState::Done, reason);
        note(tx, id, one, &NewChange { open: Some(open), ..done })?;
    }
    for one in &found.proposed {
        note(tx, id, one, &change(SpecialtyChangeKind::Add, SpecialtyChangeState::Proposed, reason))?;
    }
    Ok(())
}
