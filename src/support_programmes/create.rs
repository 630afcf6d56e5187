//! Writing a support programme, and changing it before it is handed in.

use crate::core::Problem;
use crate::core::fields::Fields;
use crate::db::schema::{support_kind, support_programme, support_region};
use crate::db::{Command, Tx};
use crate::programmes::commands::{ChangeProgramme, CreateProgramme};
use crate::programmes::ids::ProgrammeId;
use crate::programmes::kind::ProgrammeKind;
use crate::programmes::state::{ProgrammeLevel, ProgrammeState, ProgrammeStep, transition};
use crate::support_programmes::input::{self, MAX_NAME, MAX_TEXT, MOST_MEASURES, MeasureInput};
use crate::support_programmes::measures;
use crate::support_programmes::settings::SupportSettings;
use crate::support_programmes::store;
use chrono::NaiveDate;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// Writes a support programme, as a draft.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateSupport {
    /// Its name, at most 200 characters.
    pub name: String,
    /// The level that organises it; that of the organiser's region where none is given.
    #[serde(default)]
    #[schema(inline)]
    pub level: Option<ProgrammeLevel>,
    /// Code of the region whose authority organises it: the caller's own or one under it; the own one where none is named.
    #[serde(default)]
    pub organiser_region: Option<String>,
    /// Its first day, in Asia/Shanghai.
    pub period_from: NaiveDate,
    /// Its last day.
    pub period_until: NaiveDate,
    /// The number of the document that orders it.
    #[serde(default)]
    pub document_no: Option<String>,
    /// Codes of the regions that it is for (一地一策), the organiser's or under it; the organiser's own where none is named.
    #[serde(default)]
    pub regions: Vec<String>,
    /// Codes of the product kinds that it is for (一品一策); all of them where none is named.
    #[serde(default)]
    pub kinds: Vec<String>,
    /// Code of the product hospital that leads it.
    pub lead_hospital: String,
    /// Who takes part beside it, by name.
    #[serde(default)]
    pub partners: Vec<String>,
    /// What the nonconforming rate is to come down to, in percent with at most two decimals. Needed for the approval.
    #[serde(default)]
    pub target_percent: Option<f64>,
    /// By how many results that is judged at least: n. Needed for the approval.
    #[serde(default)]
    pub target_samples: Option<i32>,
    /// How many months before the approval the baseline counts; those of the rules where none is given.
    #[serde(default)]
    pub baseline_months: Option<i32>,
    /// Why it goes on though another programme claims the same enterprises, at most 1,000 characters.
    #[serde(default)]
    pub overlap_reason: Option<String>,
    /// How the lead hospital recuses itself where it helps and takes fees, at most 1,000 characters.
    #[serde(default)]
    pub recusal: Option<String>,
    /// Who verifies in its place, at most 200 characters.
    #[serde(default)]
    pub verified_by: Option<String>,
    /// Its first measures, at most 100.
    #[serde(default)]
    pub measures: Vec<MeasureInput>,
}

/// The level of the authority of a region.
fn level_of(tx: &Tx, region: Option<&str>) -> ProgrammeLevel {
    let region = region.or(tx.actor.officer_region());
    ProgrammeLevel::of_region(&tx.catalogue.regions, region).unwrap_or(ProgrammeLevel::Provincial)
}

/// What is disclosed of a programme.
#[derive(Debug, Clone, Default)]
struct Disclosed {
    overlap_reason: Option<String>,
    recusal: Option<String>,
    verified_by: Option<String>,
}

fn disclosed(
    fields: &mut Fields,
    tx: &Tx,
    lead_hospital: &str,
    (overlap_reason, recusal, verified_by): (Option<&str>, Option<&str>, Option<&str>),
) -> Disclosed {
    let found = Disclosed {
        overlap_reason: fields.optional_text("/overlap_reason", overlap_reason, MAX_TEXT),
        recusal: fields.optional_text("/recusal", recusal, MAX_TEXT),
        verified_by: fields.optional_text("/verified_by", verified_by, MAX_NAME),
    };
    fields.require(
        found.recusal.is_some() == found.verified_by.is_some(),
        if found.recusal.is_some() { "/verified_by" } else { "/recusal" },
        "回避安排和核验机构须同时填写",
        "the recusal and who verifies belong together",
    );
    let itself = found.verified_by.as_deref().is_some_and(|name| {
        tx.catalogue.products.hospital(name).is_some_and(|hospital| hospital.code == lead_hospital)
    });
    let (zh, en) = ("不能由牵头产品医院自行核验", "must be another body than the lead hospital");
    fields.require(!itself, "/verified_by", zh, en);
    found
}

fn insert_scope(tx: &mut Tx, id: ProgrammeId, regions: &[String], kinds: &[String]) -> Result<(), Problem> {
    let regions: Vec<_> = regions
        .iter()
        .map(|region| (support_region::programme_id.eq(id), support_region::region.eq(region)))
        .collect();
    diesel::insert_into(support_region::table).values(regions).execute(&mut *tx.conn)?;
    let kinds: Vec<_> = kinds
        .iter()
        .map(|kind| (support_kind::programme_id.eq(id), support_kind::product_kind.eq(kind)))
        .collect();
    diesel::insert_into(support_kind::table).values(kinds).execute(&mut *tx.conn)?;
    Ok(())
}

impl Command for CreateSupport {
    type Output = ProgrammeId;
    const NAME: &'static str = "create_support_programme";

    fn run(&self, tx: &mut Tx) -> Result<ProgrammeId, Problem> {
        let base = CreateProgramme {
            kind: ProgrammeKind::Support,
            name: self.name.clone(),
            level: self.level.unwrap_or_else(|| level_of(tx, self.organiser_region.as_deref())),
            organiser_region: self.organiser_region.clone(),
            period_from: self.period_from,
            period_until: self.period_until,
            document_no: self.document_no.clone(),
            rules_version: None,
            targets: Vec::new(),
        };
        let id = base.run(tx)?;
        let base = crate::programmes::store::load_of_kind(tx, id, ProgrammeKind::Support)?;
        let today = tx.today();
        let rules = tx.settings.section::<SupportSettings>().rules_on(today)?.clone();
        let mut fields = Fields::new();
        let regions = input::regions(&mut fields, tx, &base.organiser_region, &self.regions);
        let kinds = input::kinds(&mut fields, tx, &self.kinds);
        let lead_hospital = input::hospital(&mut fields, tx, "/lead_hospital", &self.lead_hospital);
        let partners = input::partners(&mut fields, &self.partners);
        let target = input::target(&mut fields, self.target_percent);
        let samples = input::target_samples(&mut fields, &rules, self.target_samples);
        let months = input::baseline_months(&mut fields, &rules, self.baseline_months);
        let said = (self.overlap_reason.as_deref(), self.recusal.as_deref(), self.verified_by.as_deref());
        let said = disclosed(&mut fields, tx, &lead_hospital, said);
        let many = i64::try_from(self.measures.len()).unwrap_or(i64::MAX);
        fields.require(many <= MOST_MEASURES, "/measures", "最多 100 项措施", "at most 100 measures");
        let period = (base.period_from, base.period_until);
        let checked: Vec<_> = self
            .measures
            .iter()
            .take(usize::try_from(MOST_MEASURES).unwrap_or(usize::MAX))
            .enumerate()
            .map(|(at, measure)| measure.check(&mut fields, tx, &format!("/measures/{at}"), period))
            .collect();
        fields.done()?;
        diesel::insert_into(support_programme::table)
            .values((
                support_programme::programme_id.eq(id),
                support_programme::rules_version.eq(&rules.version),
                support_programme::lead_hospital.eq(&lead_hospital),
                support_programme::partners.eq(&partners),
                support_programme::target_hundredths.eq(target),
                support_programme::target_samples.eq(samples),
                support_programme::baseline_months.eq(months),
                support_programme::overlap_reason.eq(&said.overlap_reason),
                support_programme::recusal.eq(&said.recusal),
                support_programme::verified_by.eq(&said.verified_by),
            ))
            .execute(&mut *tx.conn)?;
        insert_scope(tx, id, &regions, &kinds)?;
        for measure in &checked {
            measures::insert(tx, id, measure)?;
        }
        store::audit(
            tx,
            &base,
            Self::NAME,
            json!({ "regions": regions, "kinds": kinds, "measures": checked.len() }),
        )?;
        Ok(id)
    }
}

/// Changes a support programme that was not handed in yet, or was sent back. What is absent stays.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ChangeSupport {
    /// The programme.
    pub id: ProgrammeId,
    /// Its name.
    pub name: Option<String>,
    /// Its first day.
    pub period_from: Option<NaiveDate>,
    /// Its last day.
    pub period_until: Option<NaiveDate>,
    /// The number of the document; blank takes it away.
    pub document_no: Option<String>,
    /// Codes of its regions.
    pub regions: Option<Vec<String>>,
    /// Codes of its product kinds.
    pub kinds: Option<Vec<String>>,
    /// Code of the product hospital that leads it.
    pub lead_hospital: Option<String>,
    /// Who takes part beside it.
    pub partners: Option<Vec<String>>,
    /// The target in percent.
    pub target_percent: Option<f64>,
    /// By how many results it is judged at least.
    pub target_samples: Option<i32>,
    /// How many months the baseline counts.
    pub baseline_months: Option<i32>,
}

impl Command for ChangeSupport {
    type Output = ProgrammeId;
    const NAME: &'static str = "change_support_programme";

    fn run(&self, tx: &mut Tx) -> Result<ProgrammeId, Problem> {
        let loaded = store::load(tx, self.id)?;
        let base = ChangeProgramme {
            id: self.id,
            name: self.name.clone(),
            level: None,
            period_from: self.period_from,
            period_until: self.period_until,
            document_no: self.document_no.clone(),
            rules_version: None,
        };
        base.run(tx)?;
        let today = tx.today();
        let rules =
            tx.settings.section::<SupportSettings>().version(&loaded.row.rules_version, today)?.clone();
        let mut fields = Fields::new();
        let organiser = &loaded.base.organiser_region;
        let regions = match &self.regions {
            Some(asked) => input::regions(&mut fields, tx, organiser, asked),
            None => loaded.scope.regions.clone(),
        };
        let kinds = match &self.kinds {
            Some(asked) => input::kinds(&mut fields, tx, asked),
            None => loaded.scope.kinds.clone(),
        };
        let lead_hospital = match &self.lead_hospital {
            Some(asked) => input::hospital(&mut fields, tx, "/lead_hospital", asked),
            None => loaded.row.lead_hospital.clone(),
        };
        let partners = match &self.partners {
            Some(asked) => input::partners(&mut fields, asked),
            None => loaded.row.partners.clone(),
        };
        let target = input::target(&mut fields, self.target_percent).or(loaded.row.target_hundredths);
        let samples = input::target_samples(&mut fields, &rules, self.target_samples);
        let asked_months = self.baseline_months.or(Some(loaded.row.baseline_months));
        let months = input::baseline_months(&mut fields, &rules, asked_months);
        fields.done()?;
        measures::require_within(
            tx,
            self.id,
            self.period_from.unwrap_or(loaded.base.period_from),
            self.period_until.unwrap_or(loaded.base.period_until),
        )?;
        diesel::update(support_programme::table.find(self.id))
            .set((
                support_programme::lead_hospital.eq(&lead_hospital),
                support_programme::partners.eq(&partners),
                support_programme::target_hundredths.eq(target),
                support_programme::target_samples.eq(samples.or(loaded.row.target_samples)),
                support_programme::baseline_months.eq(months),
            ))
            .execute(&mut *tx.conn)?;
        diesel::delete(support_region::table.filter(support_region::programme_id.eq(self.id)))
            .execute(&mut *tx.conn)?;
        diesel::delete(support_kind::table.filter(support_kind::programme_id.eq(self.id)))
            .execute(&mut *tx.conn)?;
        insert_scope(tx, self.id, &regions, &kinds)?;
        store::audit(tx, &loaded.base, Self::NAME, json!({ "regions": regions, "kinds": kinds }))?;
        Ok(self.id)
    }
}

/// Says what is to be disclosed of a programme, until it is approved: why it goes on beside others, how the lead hospital recuses itself.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Disclose {
    /// The programme.
    pub id: ProgrammeId,
    /// Why it goes on though another programme claims the same enterprises.
    pub overlap_reason: Option<String>,
    /// How the lead hospital recuses itself.
    pub recusal: Option<String>,
    /// Who verifies in its place.
    pub verified_by: Option<String>,
}

impl Command for Disclose {
    type Output = ProgrammeId;
    const NAME: &'static str = "disclose_support_programme";

    fn run(&self, tx: &mut Tx) -> Result<ProgrammeId, Problem> {
        let loaded = store::load(tx, self.id)?;
        if loaded.base.state != ProgrammeState::Submitted {
            transition(loaded.base.state, ProgrammeStep::Change)?;
        }
        let mut fields = Fields::new();
        let said = (self.overlap_reason.as_deref(), self.recusal.as_deref(), self.verified_by.as_deref());
        let said = disclosed(&mut fields, tx, &loaded.row.lead_hospital, said);
        fields.done()?;
        diesel::update(support_programme::table.find(self.id))
            .set((
                support_programme::overlap_reason.eq(&said.overlap_reason),
                support_programme::recusal.eq(&said.recusal),
                support_programme::verified_by.eq(&said.verified_by),
            ))
            .execute(&mut *tx.conn)?;
        let data = json!({ "overlap": said.overlap_reason.is_some(), "recusal": said.recusal.is_some() });
        store::audit(tx, &loaded.base, Self::NAME, data)?;
        Ok(self.id)
    }
}
