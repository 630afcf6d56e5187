//! How many consultations an expert takes at once, as the officers in charge set it.

use crate::core::Problem;
use crate::core::fields::Fields;
use crate::core::ids::ExpertId;
use crate::db::schema::expert;
use crate::db::tx::Subject;
use crate::db::{Command, Tx};
use crate::experts::mails::Mail;
use crate::experts::notices::mail_expert;
use crate::experts::policy::{Action, locked_facts, permit};
use crate::experts::wake::MATCHER;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// Sets how many consultations an expert takes at once.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SetCapacity {
    /// The expert.
    pub expert: ExpertId,
    /// How many at once, 1 to 1,000, and not below what the expert has now.
    pub capacity: i32,
    /// The reason.
    pub reason: String,
}

/// Checks a capacity against what an expert can have at all.
pub(super) fn check_capacity(fields: &mut Fields, capacity: i32) {
    let fits = (1..=1000).contains(&capacity);
    fields.require(fits, "/capacity", "须为 1 到 1000", "must be from 1 to 1000");
}

impl Command for SetCapacity {
    type Output = ExpertId;
    const NAME: &'static str = "set_capacity";

    fn run(&self, tx: &mut Tx) -> Result<ExpertId, Problem> {
        let facts = locked_facts(&mut tx.conn, self.expert)?;
        permit(&tx.actor, Action::SetCapacity, &facts, &tx.catalogue)?;
        let mut fields = Fields::new();
        let reason = fields.text("/reason", &self.reason, 1000);
        check_capacity(&mut fields, self.capacity);
        let (was, open): (i32, i32) = expert::table
            .find(self.expert)
            .select((expert::capacity, expert::open_count))
            .first(&mut *tx.conn)?;
        if self.capacity < open {
            fields.fault(
                "/capacity",
                format!("该专家现有 {open} 件在诊（含派单和会诊），不能低于此数；可先移交"),
                format!("must not be below the {open} that the expert has now, offers and seats in panels included; hand some over first"),
            );
        }
        fields.done()?;
        diesel::update(expert::table.find(self.expert))
            .set((expert::capacity.eq(self.capacity), expert::updated_at.eq(tx.now)))
            .execute(&mut *tx.conn)?;
        if was != self.capacity {
            let mail = Mail::ExpertProfileChanged {
                capacity: u32::try_from(self.capacity).unwrap_or_default(),
                regions: String::new(),
                regions_en: String::new(),
                reason: reason.as_str().into(),
            };
            mail_expert(tx, self.expert, &mail)?;
        }
        let subject = Subject {
            region: facts.regions.first().map(String::as_str),
            ..Subject::new("expert", self.expert.0)
        };
        tx.audit(Self::NAME, subject, json!({ "was": was, "is": self.capacity, "reason": reason }))?;
        tx.wake(MATCHER);
        Ok(self.expert)
    }
}
