//! The devices of quick tests and their calibrations: kept by the officers of a region and of those above it, known to those under it as well.

use crate::core::fields::Fields;
use crate::core::{Problem, Text};
use crate::db::regional::{permit, sees, set_up};
use crate::db::schema::{quick_calibration, quick_device};
use crate::db::tx::Subject;
use crate::db::{Command, Tx};
use crate::label_checks::device_queries;
use crate::label_checks::ids::DeviceId;
use chrono::{Months, NaiveDate};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// The most characters of a name, a model, a number.
const MAX_NAME: usize = 200;
/// The most characters of a reason.
const MAX_REASON: usize = 500;
/// The most months of a calibration.
const MAX_MONTHS: u32 = 60;

/// A calibration of a device.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CalibrationInput {
    /// Its day, in Asia/Shanghai, not after today.
    pub calibrated_on: NaiveDate,
    /// The last day on which it holds, at most five years later.
    pub calibrated_until: NaiveDate,
    /// The number of its certificate, at most 200 characters.
    #[serde(default)]
    pub certificate_no: Option<String>,
}

/// Creates the record of a device for quick tests, with its last calibration.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateDevice {
    /// Its name, at most 200 characters.
    pub name: String,
    /// Its model.
    #[serde(default)]
    pub model: Option<String>,
    /// The number of the device; no two of a region have the same.
    pub serial_no: String,
    /// Code of the region that keeps it: the caller's own or one under it; the own one where none is named.
    #[serde(default)]
    pub region: Option<String>,
    /// Its last calibration.
    #[schema(inline)]
    pub calibration: CalibrationInput,
}

fn check_calibration(
    fields: &mut Fields,
    pointer: &str,
    input: &CalibrationInput,
    today: NaiveDate,
) -> Option<String> {
    let last = input.calibrated_on.checked_add_months(Months::new(MAX_MONTHS));
    fields.require(
        input.calibrated_on <= today,
        &format!("{pointer}/calibrated_on"),
        "不能晚于今天",
        "must not be after today",
    );
    fields.require(
        input.calibrated_until >= input.calibrated_on
            && last.is_some_and(|last| input.calibrated_until <= last),
        &format!("{pointer}/calibrated_until"),
        "须在校准日之后五年以内",
        "must be within five years after the calibration",
    );
    fields.optional_text(&format!("{pointer}/certificate_no"), input.certificate_no.as_deref(), MAX_NAME)
}

fn add(
    tx: &mut Tx,
    device: DeviceId,
    input: &CalibrationInput,
    certificate_no: Option<String>,
) -> Result<(), Problem> {
    use quick_calibration as c;
    let by = tx.actor.account().ok_or_else(Problem::forbidden)?;
    let last: Option<i32> =
        c::table.filter(c::device_id.eq(device)).select(diesel::dsl::max(c::ordinal)).first(&mut *tx.conn)?;
    diesel::insert_into(c::table)
        .values((
            c::device_id.eq(device),
            c::ordinal.eq(last.unwrap_or(0) + 1),
            c::calibrated_on.eq(input.calibrated_on),
            c::calibrated_until.eq(input.calibrated_until),
            c::certificate_no.eq(certificate_no),
            c::entered_by.eq(by),
            c::entered_at.eq(tx.now),
        ))
        .execute(&mut *tx.conn)?;
    Ok(())
}

impl Command for CreateDevice {
    type Output = DeviceId;
    const NAME: &'static str = "create_quick_device";

    fn run(&self, tx: &mut Tx) -> Result<DeviceId, Problem> {
        use quick_device as d;
        let mut fields = Fields::new();
        let (account, region) = set_up(tx, &mut fields, self.region.as_deref())?;
        let name = fields.text("/name", &self.name, MAX_NAME);
        let model = fields.optional_text("/model", self.model.as_deref(), MAX_NAME);
        let serial_no = fields.text("/serial_no", &self.serial_no, MAX_NAME);
        let certificate_no = check_calibration(&mut fields, "/calibration", &self.calibration, tx.today());
        let same: i64 = d::table
            .filter(d::region.eq(&region))
            .filter(d::serial_no.eq(&serial_no))
            .count()
            .get_result(&mut *tx.conn)?;
        fields.require(
            same == 0,
            "/serial_no",
            "该地区已有此编号的设备",
            "the region has one of this number",
        );
        fields.done()?;
        let id = DeviceId::new();
        diesel::insert_into(d::table)
            .values((
                d::id.eq(id),
                d::name.eq(&name),
                d::model.eq(model),
                d::serial_no.eq(&serial_no),
                d::region.eq(&region),
                d::active.eq(true),
                d::created_by.eq(account),
                d::created_at.eq(tx.now),
                d::updated_at.eq(tx.now),
            ))
            .execute(&mut *tx.conn)?;
        add(tx, id, &self.calibration, certificate_no)?;
        let subject = Subject::new("quick_device", id.0).in_region(&region);
        tx.audit(Self::NAME, subject, json!({ "name": name, "serial_no": serial_no }))?;
        Ok(id)
    }
}

/// Loads and locks a device that the officer keeps; gives its region. 404 where the officer may not know of it, 403 where others keep it.
fn load(tx: &mut Tx, id: DeviceId) -> Result<String, Problem> {
    permit(&tx.actor)?;
    let region: String =
        quick_device::table.find(id).for_no_key_update().select(quick_device::region).first(&mut *tx.conn)?;
    if sees(&tx.actor, &region, &tx.catalogue) {
        return Ok(region);
    }
    let known = device_queries::sees(&tx.actor, &region, &tx.catalogue);
    Err(if known { Problem::forbidden() } else { Problem::not_found() })
}

/// Enters a further calibration of a device. Earlier ones stay: a test is judged by the one that held on its day.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CalibrateDevice {
    /// The device.
    pub id: DeviceId,
    /// The calibration.
    pub calibration: CalibrationInput,
}

impl Command for CalibrateDevice {
    type Output = DeviceId;
    const NAME: &'static str = "calibrate_quick_device";

    fn run(&self, tx: &mut Tx) -> Result<DeviceId, Problem> {
        let region = load(tx, self.id)?;
        let mut fields = Fields::new();
        let certificate_no = check_calibration(&mut fields, "", &self.calibration, tx.today());
        fields.done()?;
        add(tx, self.id, &self.calibration, certificate_no)?;
        let subject = Subject::new("quick_device", self.id.0).in_region(&region);
        let data = json!({ "calibrated_until": self.calibration.calibrated_until });
        tx.audit(Self::NAME, subject, data)?;
        Ok(self.id)
    }
}

/// Annuls a calibration that was entered wrongly, with a reason. It stays; tests that rest on it stay as well, and are for the officer to judge.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AnnulCalibration {
    /// The device.
    pub id: DeviceId,
    /// The number of the calibration.
    pub ordinal: i32,
    /// Why, at most 500 characters.
    pub reason: String,
}

impl Command for AnnulCalibration {
    type Output = DeviceId;
    const NAME: &'static str = "annul_quick_calibration";

    fn run(&self, tx: &mut Tx) -> Result<DeviceId, Problem> {
        use quick_calibration as c;
        let region = load(tx, self.id)?;
        let by = tx.actor.account().ok_or_else(Problem::forbidden)?;
        let mut fields = Fields::new();
        let reason = fields.text("/reason", &self.reason, MAX_REASON);
        fields.done()?;
        let until: NaiveDate = diesel::update(c::table.find((self.id, self.ordinal)))
            .filter(c::annulled_at.is_null())
            .set((c::annulled_at.eq(tx.now), c::annulled_by.eq(by), c::annul_reason.eq(&reason)))
            .returning(c::calibrated_until)
            .get_result(&mut *tx.conn)?;
        let subject = Subject::new("quick_device", self.id.0).in_region(&region);
        tx.audit(Self::NAME, subject, json!({ "calibrated_until": until, "reason": reason }))?;
        Ok(self.id)
    }
}

/// Takes a device out of use, or into it again.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ChangeDevice {
    /// The device.
    pub id: DeviceId,
    /// Whether it is in use.
    pub active: bool,
}

impl Command for ChangeDevice {
    type Output = DeviceId;
    const NAME: &'static str = "change_quick_device";

    fn run(&self, tx: &mut Tx) -> Result<DeviceId, Problem> {
        let region = load(tx, self.id)?;
        diesel::update(quick_device::table.find(self.id))
            .set((quick_device::active.eq(self.active), quick_device::updated_at.eq(tx.now)))
            .execute(&mut *tx.conn)?;
        let subject = Subject::new("quick_device", self.id.0).in_region(&region);
        tx.audit(Self::NAME, subject, json!({ "active": self.active }))?;
        Ok(self.id)
    }
}

/// The last day of the calibration of a device that held on a day.
///
/// # Errors
/// 422 at `pointer` where there is no such device, it is out of use, or no calibration held.
pub(super) fn calibrated(
    tx: &mut Tx,
    id: DeviceId,
    day: NaiveDate,
    pointer: &str,
) -> Result<(String, NaiveDate), Problem> {
    use quick_calibration as c;
    use quick_device as d;
    let device: Option<(String, String, bool)> =
        d::table.find(id).select((d::name, d::serial_no, d::active)).first(&mut *tx.conn).optional()?;
    let Some((name, serial_no, true)) = device else {
        let text = Text::new("没有这台设备，或者已停用", "is no device in use");
        return Err(Problem::field(pointer, text));
    };
    let until: Option<NaiveDate> = c::table
        .filter(c::device_id.eq(id))
        .filter(c::annulled_at.is_null())
        .filter(c::calibrated_on.le(day))
        .filter(c::calibrated_until.ge(day))
        .select(diesel::dsl::max(c::calibrated_until))
        .first(&mut *tx.conn)?;
    let until = until.ok_or_else(|| {
        let text = Text::new(
            "检测当日设备不在校准有效期内，请先校准或更换设备",
            "the calibration of the device did not hold on the day of the test: calibrate it or take another",
        );
        Problem::field(pointer, text)
    })?;
    Ok((format!("{name} {serial_no}"), until))
}
