//! Using a voucher: the enterprise makes a code, a product hospital or a laboratory redeems; an officer gives a redemption back that was a mistake.

use crate::core::actor::Scope;
use crate::core::fields::Fields;
use crate::core::ids::LaboratoryId;
use crate::core::{Code, Problem, Text};
use crate::db::officer_steps::{officer, reason};
use crate::db::published::{expert, laboratory};
use crate::db::regional;
use crate::db::schema::{voucher_code, voucher_entry};
use crate::db::{Command, Tx};
use crate::vouchers::code;
use crate::vouchers::ids::{EntryId, VoucherId};
use crate::vouchers::settings::VoucherSettings;
use crate::vouchers::state::{Refused, VoucherEntryKind, VoucherState};
use crate::vouchers::store::{self, EntryDetails, Held, enter, issue_of, lock_managed_voucher, lock_voucher};
use crate::vouchers::{endings, notices};
use chrono::{DateTime, Duration, Utc};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// The most characters of a service and of the number of a report.
const MAX_TEXT: usize = 200;

fn refused(code: Code, zh: impl Into<String>, en: impl Into<String>) -> Problem {
    Problem::new(code, Text::new(zh.into(), en.into()))
}

/// Makes a code for a voucher of the own enterprise. It takes the place of one that was not used, and is shown this once.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct MakeCode {
    /// The voucher.
    pub voucher: VoucherId,
}

/// A code that is shown this once.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct CodeMade {
    /// The voucher.
    pub id: VoucherId,
    /// The code.
    pub secret: String,
}

impl Command for MakeCode {
    type Output = CodeMade;
    const NAME: &'static str = "make_voucher_code";

    fn run(&self, tx: &mut Tx) -> Result<CodeMade, Problem> {
        use voucher_code as c;
        let Some(Scope::Enterprise(own)) = tx.actor.scope().cloned() else {
            return Err(Problem::forbidden());
        };
        let held = lock_voucher(tx, self.voucher)?;
        if held.enterprise_id != own {
            return Err(Problem::not_found());
        }
        usable(tx, &held)?;
        permit_code(tx, held.id)?;
        diesel::update(c::table.filter(c::voucher_id.eq(held.id)))
            .filter(c::used_at.is_null())
            .filter(c::replaced_at.is_null())
            .set(c::replaced_at.eq(tx.now))
            .execute(&mut *tx.conn)?;
        let secret = code::fresh()?;
        let hash = code::hash(&secret).ok_or_else(|| Problem::internal("a code that is none"))?;
        diesel::insert_into(c::table)
            .values((c::hash.eq(hash), c::voucher_id.eq(held.id), c::given_at.eq(tx.now)))
            .execute(&mut *tx.conn)?;
        let row = issue_of(tx, held.issue_id)?;
        store::audit(tx, &row, Self::NAME, json!({ "voucher": held.id }))?;
        Ok(CodeMade { id: held.id, secret })
    }
}

/// Refuses further codes of a voucher, which is locked, beyond those of a day: each is kept, so that an old one is known as replaced.
fn permit_code(tx: &mut Tx, voucher: VoucherId) -> Result<(), Problem> {
    use voucher_code as c;
    let most = tx.settings.section::<VoucherSettings>().codes_per_day;
    let day = Duration::hours(24);
    let first: Option<DateTime<Utc>> = c::table
        .filter(c::voucher_id.eq(voucher))
        .filter(c::given_at.gt(tx.now - day))
        .order(c::given_at.desc())
        .offset(i64::from(most) - 1)
        .select(c::given_at)
        .first(&mut *tx.conn)
        .optional()?;
    let Some(first) = first else { return Ok(()) };
    let text = Text::new(
        format!("一张检测券 24 小时内最多生成 {most} 个券码，请稍后再试"),
        format!("{most} codes of a voucher are made within 24 hours at most; try again later"),
    );
    let mut problem = Problem::new(Code::TooManyVoucherCodes, text);
    problem.retry_after = u64::try_from((first + day - tx.now).num_seconds()).ok().map(|wait| wait.max(1));
    Err(problem)
}

/// Refuses a voucher that is not open, or whose last day has passed.
fn usable(tx: &Tx, held: &Held) -> Result<(), Problem> {
    if held.state != VoucherState::Open {
        return Err(Refused::NotOpen(held.state).into());
    }
    if tx.today() > held.expires_on {
        return Err(Refused::NotOpen(VoucherState::Expired).into());
    }
    Ok(())
}

/// Redeems a voucher, all or a part of what is left, by its code: an expert of a product hospital, a laboratory, or an officer of the region in the
/// name of one of them. The code serves once; for the rest the enterprise makes another.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RedeemVoucher {
    /// The code, as the enterprise shows it.
    pub code: String,
    /// How much, in fen.
    #[schema(minimum = 1)]
    pub amount_fen: i64,
    /// What was done for it, at most 200 characters.
    pub service: String,
    /// The number of the report, at most 200 characters.
    #[serde(default)]
    pub report_no: Option<String>,
    /// Code of the product hospital; by an officer alone, who names this or a laboratory.
    #[serde(default)]
    pub hospital: Option<String>,
    /// The laboratory; by an officer alone.
    #[serde(default)]
    pub laboratory_id: Option<LaboratoryId>,
}

/// What was redeemed.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, utoipa::ToSchema)]
pub struct VoucherRedeemed {
    /// Id of the movement.
    pub id: EntryId,
    /// The voucher.
    pub voucher_id: VoucherId,
    /// How much, in fen.
    pub amount_fen: i64,
    /// What is left of the voucher, in fen.
    pub rest_fen: i64,
}

/// Where a voucher is redeemed: a product hospital or a laboratory.
type Place = (Option<String>, Option<LaboratoryId>);

impl RedeemVoucher {
    /// Where is redeemed: the own product hospital of an expert, the own laboratory, the one that an officer names.
    fn place(&self, tx: &mut Tx, fields: &mut Fields) -> Result<Place, Problem> {
        let named = self.hospital.is_some() || self.laboratory_id.is_some();
        match tx.actor.scope().cloned() {
            Some(Scope::Expert(id)) => {
                let (zh, en) =
                    ("由本人所在的产品医院核销，无需填写", "is your own product hospital; leave it out");
                fields.require(!named, "/hospital", zh, en);
                let own: Option<String> =
                    expert::table.filter(expert::id.eq(id)).select(expert::hospital).first(&mut *tx.conn)?;
                fields.require(
                    own.is_some(),
                    "/hospital",
                    "专家未登记所在产品医院，不能核销",
                    "an expert without a product hospital redeems no vouchers",
                );
                Ok((own, None))
            }
            Some(Scope::Laboratory(id)) => {
                let (zh, en) = ("由本机构核销，无需填写", "is your own laboratory; leave it out");
                fields.require(!named, "/laboratory_id", zh, en);
                Ok((None, Some(id)))
            }
            Some(Scope::Admin(_)) => {
                let hospital = self.hospital.as_deref().map(str::trim).filter(|code| !code.is_empty());
                let found = hospital.and_then(|code| tx.catalogue.products.hospital(code));
                let found = found.map(|hospital| hospital.code.clone());
                fields.require(
                    hospital.is_none() || found.is_some(),
                    "/hospital",
                    "没有这家产品医院",
                    "is not a product hospital",
                );
                fields.require(
                    hospital.is_some() != self.laboratory_id.is_some(),
                    "/hospital",
                    "须填写产品医院或者检验机构之一",
                    "name either a product hospital or a laboratory",
                );
                if let Some(id) = self.laboratory_id {
                    let known: bool = diesel::select(diesel::dsl::exists(
                        laboratory::table.filter(laboratory::id.eq(id)).filter(laboratory::active),
                    ))
                    .get_result(&mut *tx.conn)?;
                    fields.require(
                        known,
                        "/laboratory_id",
                        "没有这一检验机构，或者已停用",
                        "is not a laboratory that is active",
                    );
                }
                Ok((found, self.laboratory_id))
            }
            _ => Err(Problem::forbidden()),
        }
    }
}

/// The voucher of a code, locked with its code; the code is there, unused and not replaced.
fn by_code(tx: &mut Tx, hash: &[u8]) -> Result<Held, Problem> {
    use voucher_code as c;
    let unknown = || refused(Code::VoucherCode, "券码不正确", "there is no such code");
    let found: Option<VoucherId> =
        c::table.find(hash).select(c::voucher_id).first(&mut *tx.conn).optional()?;
    // The voucher first: whoever makes another code waits for it, and so do two who redeem by the same code.
    let held = lock_voucher(tx, found.ok_or_else(unknown)?)?;
    let (used, replaced): (Option<DateTime<Utc>>, Option<DateTime<Utc>>) =
        c::table.find(hash).select((c::used_at, c::replaced_at)).first(&mut *tx.conn)?;
    if used.is_some() {
        return Err(refused(Code::VoucherCode, "券码已经使用", "the code was used before"));
    }
    if replaced.is_some() {
        return Err(refused(Code::VoucherCode, "券码已被新码取代", "the code was replaced by a later one"));
    }
    Ok(held)
}

impl Command for RedeemVoucher {
    type Output = VoucherRedeemed;
    const NAME: &'static str = "redeem_voucher";

    fn run(&self, tx: &mut Tx) -> Result<VoucherRedeemed, Problem> {
        use voucher_code as c;
        let mut fields = Fields::new();
        let (hospital, laboratory) = self.place(tx, &mut fields)?;
        let service = fields.text("/service", &self.service, MAX_TEXT);
        let report_no = fields.optional_text("/report_no", self.report_no.as_deref(), MAX_TEXT);
        fields.require(self.amount_fen > 0, "/amount_fen", "须为正数", "must be greater than nothing");
        let hash = code::hash(&self.code);
        fields.require(hash.is_some(), "/code", "须为 16 位券码", "must be a code of 16 characters");
        fields.done()?;
        let hash = hash.unwrap_or_default();
        let held = by_code(tx, &hash)?;
        let row = issue_of(tx, held.issue_id)?;
        // An officer enters for the own region alone; what is elsewhere is not known.
        if officer(tx).is_ok() && !regional::sees(&tx.actor, &row.region, &tx.catalogue) {
            return Err(refused(Code::VoucherCode, "券码不正确", "there is no such code"));
        }
        let takes = |code: &String| row.hospitals.is_empty() || row.hospitals.contains(code);
        if hospital.as_ref().is_some_and(|code| !takes(code))
            || (laboratory.is_some() && !row.hospitals.is_empty())
        {
            return Err(refused(
                Code::VoucherState,
                "该机构不在本批检测券的核销机构之列",
                "vouchers of this issue are not redeemed there",
            ));
        }
        usable(tx, &held)?;
        let details = EntryDetails {
            hospital,
            laboratory,
            service: Some(service),
            report_no,
            ..EntryDetails::default()
        };
        let (id, after) = enter(tx, &held, (VoucherEntryKind::Redeem, self.amount_fen), details)?;
        diesel::update(c::table.find(&hash)).set(c::used_at.eq(tx.now)).execute(&mut *tx.conn)?;
        let data = json!({ "voucher": held.id, "amount_fen": self.amount_fen, "rest_fen": after.rest_fen });
        store::audit(tx, &row, Self::NAME, data)?;
        notices::redeemed(tx, &row, &after, self.amount_fen)?;
        Ok(VoucherRedeemed { id, voucher_id: held.id, amount_fen: self.amount_fen, rest_fen: after.rest_fen })
    }
}

/// The part of a redemption that is given back.
#[derive(Queryable)]
struct Redemption {
    voucher_id: VoucherId,
    kind: VoucherEntryKind,
    amount_fen: i64,
}

/// Gives a redemption back that was entered by mistake, once, with a reason. Where the voucher's last day has passed meanwhile, or it was revoked, what
/// is given back ends with it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ReverseRedemption {
    /// The redemption.
    pub entry: EntryId,
    /// Why, at most 1,000 characters.
    pub reason: String,
}

impl Command for ReverseRedemption {
    type Output = VoucherId;
    const NAME: &'static str = "reverse_voucher_redemption";

    fn run(&self, tx: &mut Tx) -> Result<VoucherId, Problem> {
        use voucher_entry as e;
        officer(tx)?;
        let found: Redemption =
            e::table.find(self.entry).select((e::voucher_id, e::kind, e::amount_fen)).first(&mut *tx.conn)?;
        let (held, row) = lock_managed_voucher(tx, found.voucher_id)?;
        let reason = reason(&self.reason)?;
        let before: i64 = e::table.filter(e::reverses.eq(self.entry)).count().get_result(&mut *tx.conn)?;
        if found.kind != VoucherEntryKind::Redeem || before > 0 {
            return Err(refused(
                Code::VoucherState,
                "不是核销记录，或者已经撤回",
                "it is no redemption, or was given back before",
            ));
        }
        let details = EntryDetails {
            reason: Some(reason.clone()),
            reverses: Some(self.entry),
            ..EntryDetails::default()
        };
        let (_, after) = enter(tx, &held, (VoucherEntryKind::Reverse, found.amount_fen), details)?;
        let ended = if held.state == VoucherState::Revoked {
            endings::end(tx, &after, VoucherEntryKind::Revoke, Some(reason.clone()))?
        } else if tx.today() > held.expires_on {
            endings::end(tx, &after, VoucherEntryKind::Expire, None)?
        } else {
            after
        };
        let data = json!({ "voucher": held.id, "entry": self.entry, "amount_fen": found.amount_fen, "reason": reason });
        store::audit(tx, &row, Self::NAME, data)?;
        notices::reversed(tx, &row, &ended, (found.amount_fen, &reason))?;
        Ok(held.id)
    }
}
