//! The regions that an expert serves, as the officers in charge set them.

use crate::core::actor::{Actor, Scope};
use crate::core::fields::Fields;
use crate::core::ids::ExpertId;
use crate::core::{Language, Problem};
use crate::db::schema::expert;
use crate::db::tx::Subject;
use crate::db::{Command, Tx};
use crate::experts::invited::set_regions;
use crate::experts::mails::Mail;
use crate::experts::notices::mail_expert;
use crate::experts::policy::{Action, locked_facts, permit};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// Sets the regions that an expert serves. What lies beyond an officer's region stays as it is.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SetRegions {
    /// The expert.
    pub expert: ExpertId,
    /// Codes of the regions, 1 to 200.
    pub regions: Vec<String>,
    /// The reason, which the expert is told.
    pub reason: String,
}

impl Command for SetRegions {
    type Output = ExpertId;
    const NAME: &'static str = "set_regions";

    fn run(&self, tx: &mut Tx) -> Result<ExpertId, Problem> {
        let facts = locked_facts(&mut tx.conn, self.expert)?;
        permit(&tx.actor, Action::SetRegions, &facts, &tx.catalogue)?;
        let own = match (&tx.actor, tx.actor.scope()) {
            (Actor::System, _) => None,
            (_, Some(Scope::Admin(scope))) => Some(scope.clone()),
            _ => None,
        };
        let within = |tx: &Tx, code: &str| {
            own.as_deref().is_none_or(|scope| tx.catalogue.regions.contains(scope, code))
        };
        let mut fields = Fields::new();
        let reason = fields.text("/reason", &self.reason, 1000);
        let count = (1..=200).contains(&self.regions.len());
        fields.require(count, "/regions", "须有 1 到 200 个地区", "must name 1 to 200 regions");
        let mut regions = Vec::new();
        for (at, code) in self.regions.iter().map(|code| code.trim()).enumerate() {
            let pointer = format!("/regions/{at}");
            // What an officer of a part sees beyond it may be sent back as it is.
            let kept = facts.regions.iter().any(|served| served == code);
            if tx.catalogue.regions.get(code).is_none() {
                fields.fault(pointer, "未知的行政区划代码", "is not a known region code");
            } else if !kept && !within(tx, code) {
                fields.fault(pointer, "不在您的辖区内", "is outside your region");
            } else {
                regions.push(code.to_owned());
            }
        }
        fields.done()?;
        regions.extend(facts.regions.iter().filter(|code| !within(tx, code)).cloned());
        regions.sort_unstable();
        regions.dedup();
        if regions == facts.regions {
            return Ok(self.expert);
        }
        set_regions(tx, self.expert, &regions)?;
        diesel::update(expert::table.find(self.expert))
            .set(expert::updated_at.eq(tx.now))
            .execute(&mut *tx.conn)?;
        let names = |language| {
            let known = regions.iter().filter_map(|code| tx.catalogue.regions.get(code));
            known.map(|region| region.name_in(language).to_owned()).collect::<Vec<_>>()
        };
        let mail = Mail::ExpertProfileChanged {
            capacity: 0,
            regions: names(Language::Zh).join("、"),
            regions_en: names(Language::En).join(", "),
            reason: reason.as_str().into(),
        };
        mail_expert(tx, self.expert, &mail)?;
        let subject = Subject {
            region: facts.regions.first().map(String::as_str),
            ..Subject::new("expert", self.expert.0)
        };
        tx.audit(Self::NAME, subject, json!({ "was": facts.regions, "is": regions, "reason": reason }))?;
        Ok(self.expert)
    }
}
