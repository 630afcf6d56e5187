//! Setting a campaign up: with a new programme, or on one of its kind that is there.

use crate::campaigns::state::Theme;
use crate::campaigns::store::{kind_of, rules_of};
use crate::core::fields::Fields;
use crate::core::{Code, Problem, Text};
use crate::db::officer_steps::officer;
use crate::db::schema::campaign;
use crate::db::tx::Subject;
use crate::db::{Command, Tx};
use crate::programmes::commands::CreateProgramme;
use crate::programmes::ids::ProgrammeId;
use crate::programmes::state::ProgrammeLevel;
use crate::programmes::store::load_of_kind;
use chrono::NaiveDate;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// Sets a campaign up. Without `programme_id` its programme is written as a draft, to be handed in and approved by a second officer like any other.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetUpCampaign {
    /// The theme.
    pub theme: Theme,
    /// A programme of its kind that is there, in place of the fields below.
    #[serde(default)]
    pub programme_id: Option<ProgrammeId>,
    /// Its name, at most 200 characters.
    #[serde(default)]
    pub name: Option<String>,
    /// The level that organises it: that of the organiser's region.
    #[serde(default)]
    pub level: Option<ProgrammeLevel>,
    /// Code of the region whose authority organises it; the own one where none is named.
    #[serde(default)]
    pub organiser_region: Option<String>,
    /// Its first day, in Asia/Shanghai.
    #[serde(default)]
    pub period_from: Option<NaiveDate>,
    /// Its last day.
    #[serde(default)]
    pub period_until: Option<NaiveDate>,
    /// The number of the document that orders it.
    #[serde(default)]
    pub document_no: Option<String>,
    /// Within how many metres of a school a shop is one of its surroundings, 50 to 5,000; for the theme `campus` only, that of the rules where none
    /// is named.
    #[serde(default)]
    pub radius_m: Option<i32>,
}

impl SetUpCampaign {
    /// The programme, where one is written.
    fn programme(&self, fields: &mut Fields) -> Option<CreateProgramme> {
        let (zh, en) = ("必须填写", "is needed");
        fields.require(self.name.is_some(), "/name", zh, en);
        fields.require(self.level.is_some(), "/level", zh, en);
        fields.require(self.period_from.is_some(), "/period_from", zh, en);
        fields.require(self.period_until.is_some(), "/period_until", zh, en);
        Some(CreateProgramme {
            kind: self.theme.kind(),
            name: self.name.clone()?,
            level: self.level?,
            organiser_region: self.organiser_region.clone(),
            period_from: self.period_from?,
            period_until: self.period_until?,
            document_no: self.document_no.clone(),
            rules_version: None,
            targets: Vec::new(),
        })
    }
}

impl Command for SetUpCampaign {
    type Output = ProgrammeId;
    const NAME: &'static str = "set_up_campaign";

    fn run(&self, tx: &mut Tx) -> Result<ProgrammeId, Problem> {
        use campaign as c;
        let by = officer(tx)?;
        let rules = rules_of(tx, None)?;
        let mut fields = Fields::new();
        fields.require(
            self.theme == Theme::Campus || self.radius_m.is_none(),
            "/radius_m",
            "只有校园周边专项行动可以填写",
            "is for campaigns around campuses only",
        );
        let radius = (self.theme == Theme::Campus).then(|| self.radius_m.unwrap_or(rules.radius_m));
        fields.require(
            radius.is_none_or(|radius| (50..=5_000).contains(&radius)),
            "/radius_m",
            "须为 50 到 5000 的整数",
            "must be a whole number from 50 to 5000",
        );
        let id = match self.programme_id {
            Some(id) => {
                fields.done()?;
                load_of_kind(tx, id, self.theme.kind())?.id
            }
            None => {
                let programme = self.programme(&mut fields);
                fields.done()?;
                programme.ok_or_else(|| Problem::internal("no programme"))?.run(tx)?
            }
        };
        let (_, region) = kind_of(tx, id)?;
        let written = diesel::insert_into(c::table)
            .values((
                c::programme_id.eq(id.0),
                c::theme.eq(self.theme),
                c::rules_version.eq(&rules.version),
                c::radius_m.eq(radius),
                c::created_by.eq(by),
                c::created_at.eq(tx.now),
            ))
            .on_conflict_do_nothing()
            .execute(&mut *tx.conn)?;
        if written == 0 {
            let text = Text::new("该计划已设置为专项行动", "the programme is set up as a campaign already");
            return Err(Problem::new(Code::CampaignState, text));
        }
        let subject = Subject::new("programme", id.0).in_region(&region);
        let name = self.name.clone().unwrap_or_default();
        tx.audit(Self::NAME, subject, json!({ "name": name, "theme": self.theme }))?;
        Ok(id)
    }
}
