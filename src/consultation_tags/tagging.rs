//! Putting tags on consultations and taking them away.

use crate::consultation_tags::settings::TagSettings;
use crate::consultations::policy::{Action, load_for};
use crate::consultations::store::{announce_inside, audit};
use crate::consultations::tags;
use crate::core::Problem;
use crate::core::fields::Fields;
use crate::core::ids::{ConsultationId, TagId};
use crate::db::published::enterprise;
use crate::db::schema::{consultation_tag, consultation_tagging};
use crate::db::{Command, Tx};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::BTreeSet;

/// Gives a consultation these tags, and no others.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SetTags {
    /// The consultation.
    pub id: ConsultationId,
    /// The tags.
    pub tags: Vec<TagId>,
}

impl Command for SetTags {
    type Output = ConsultationId;
    const NAME: &'static str = "tag_consultation";

    fn run(&self, tx: &mut Tx) -> Result<ConsultationId, Problem> {
        use consultation_tagging as g;
        let c = load_for(tx, self.id, Action::Annotate)?;
        let by = tx.actor.account().ok_or_else(Problem::forbidden)?;
        let mut fields = Fields::new();
        let wanted: BTreeSet<TagId> = self.tags.iter().copied().collect();
        let most = tx.settings.section::<TagSettings>().per_consultation;
        if wanted.len() > usize::try_from(most).unwrap_or(usize::MAX) {
            fields.fault(
                "/tags",
                format!("一件问诊最多 {most} 个标签"),
                format!("a consultation may have {most} tags"),
            );
        }
        fields.done()?;
        let had: Vec<TagId> =
            g::table.filter(g::consultation_id.eq(self.id)).select(g::tag_id).load(&mut *tx.conn)?;
        let had: BTreeSet<TagId> = had.into_iter().collect();
        let region: String =
            enterprise::table.find(c.enterprise_id).select(enterprise::region).first(&mut *tx.conn)?;
        let added = self.added(tx, &wanted.difference(&had).copied().collect(), &region)?;
        let gone: Vec<TagId> = had.difference(&wanted).copied().collect();
        if added.is_empty() && gone.is_empty() {
            return Ok(self.id);
        }
        let rows: Vec<_> = added
            .iter()
            .map(|(tag, _)| {
                (
                    g::consultation_id.eq(self.id),
                    g::tag_id.eq(*tag),
                    g::tagged_by.eq(by),
                    g::tagged_at.eq(tx.now),
                )
            })
            .collect();
        diesel::insert_into(g::table).values(rows).execute(&mut *tx.conn)?;
        let names: Vec<String> = consultation_tag::table
            .filter(consultation_tag::id.eq_any(&gone))
            .order(consultation_tag::id)
            .select(consultation_tag::name)
            .load(&mut *tx.conn)?;
        let taken = g::table.filter(g::consultation_id.eq(self.id)).filter(g::tag_id.eq_any(&gone));
        diesel::delete(taken).execute(&mut *tx.conn)?;
        let put: Vec<&String> = added.iter().map(|(_, name)| name).collect();
        audit(tx, &c, Self::NAME, json!({ "tags_added": put, "tags_removed": names }))?;
        announce_inside(tx, self.id)?;
        Ok(self.id)
    }
}

impl SetTags {
    /// Those that are put on it, with their names: each is one that can be, and stays so until the end of the transaction.
    fn added(
        &self,
        tx: &mut Tx,
        added: &BTreeSet<TagId>,
        region: &str,
    ) -> Result<Vec<(TagId, String)>, Problem> {
        use consultation_tag as t;
        // Locked before it is asked which of them can be put on it: none is retired from then on.
        let mut usable: Vec<(TagId, String)> = t::table
            .filter(t::id.eq_any(added))
            .order(t::id)
            .for_share()
            .select((t::id, t::name))
            .load(&mut *tx.conn)?;
        let all = tags::usable(&mut tx.conn, &tx.actor, region)?;
        usable.retain(|(id, _)| all.iter().any(|tag| tag.id == *id));
        let mut fields = Fields::new();
        for (at, tag) in self.tags.iter().enumerate() {
            if added.contains(tag) && usable.iter().all(|(id, _)| id != tag) {
                fields.fault(
                    format!("/tags/{at}"),
                    "没有该标签，或已停用，或不适用于该地区，或不属于本产品医院",
                    "there is no such tag for this region or of your product hospital, or it is retired",
                );
            }
        }
        fields.done()?;
        Ok(usable)
    }
}
