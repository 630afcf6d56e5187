//! Letting a credit code in against the rule, and taking that back.

use crate::core::actor::{Actor, Scope};
use crate::core::fields::Fields;
use crate::core::ids::AccountId;
use crate::core::{Code, Problem, Text};
use crate::db::schema::{enterprise, uscc_admission as a};
use crate::db::tx::Subject;
use crate::db::{Command, Tx};
use crate::enterprises::admissions::visible_to;
use crate::enterprises::ids::AdmissionId;
use crate::enterprises::{Uscc, UsccFault};
use diesel::dsl::exists;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// Lets a code in that the national register has and a rule of GB 32100-2015 refuses. Officers only.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AdmitUscc {
    /// The code.
    #[schema(example = "91350203B34F4L2UX3")]
    pub uscc: String,
    /// Why it is let in, at most 2,000 characters.
    pub reason: String,
    /// Where the code was found and when, such as the national enterprise credit publicity system; at most 500 characters.
    pub checked_in: String,
    /// Code of the region for which it is let in; the officer's own where none is named.
    #[serde(default)]
    pub region: Option<String>,
}

/// Takes back that a code was let in, as long as no enterprise on the list has it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct WithdrawAdmission {
    /// The admission.
    pub id: AdmissionId,
    /// Why, at most 2,000 characters.
    pub reason: String,
}

/// The officer who acts.
fn officer(actor: &Actor) -> Result<(AccountId, String), Problem> {
    match (actor.account(), actor.scope()) {
        (Some(account), Some(Scope::Admin(scope))) => Ok((account, scope.clone())),
        (None, _) => Err(Problem::unauthenticated()),
        _ => Err(Problem::forbidden()),
    }
}

impl Command for AdmitUscc {
    type Output = AdmissionId;
    const NAME: &'static str = "admit_uscc";

    fn run(&self, tx: &mut Tx) -> Result<AdmissionId, Problem> {
        let (account, scope) = officer(&tx.actor)?;
        let mut fields = Fields::new();
        let judged = judge(&self.uscc);
        if let Err(text) = &judged {
            fields.fault("/uscc", text.zh.clone(), text.en.clone());
        }
        let reason = fields.text("/reason", &self.reason, 2000);
        let checked_in = fields.text("/checked_in", &self.checked_in, 500);
        let named = self.region.as_deref().map(str::trim).filter(|region| !region.is_empty());
        let region = named.unwrap_or(&scope).to_owned();
        fields.require(
            tx.catalogue.regions.contains(&scope, &region),
            "/region",
            "不在您的辖区内",
            "is not in your region",
        );
        fields.done()?;
        let Ok((uscc, fault)) = judged else {
            return Err(Problem::internal("a fault that was not reported"));
        };
        self.require_own(tx, &uscc, &scope)?;
        let id = AdmissionId::new();
        let added = diesel::insert_into(a::table)
            .values((
                a::id.eq(id),
                a::uscc.eq(uscc),
                a::fault.eq(fault),
                a::region.eq(&region),
                a::reason.eq(&reason),
                a::checked_in.eq(&checked_in),
                a::admitted_by.eq(account),
                a::admitted_at.eq(tx.now),
            ))
            .on_conflict_do_nothing()
            .execute(&mut *tx.conn)?;
        if added == 0 {
            return Err(Problem::new(Code::UsccAdmittedAlready, admitted_already(tx, &uscc, &scope)?));
        }
        // One that was listed before the rule was checked.
        diesel::update(enterprise::table.filter(enterprise::uscc.eq(uscc)))
            .set((enterprise::uscc_admitted.eq(true), enterprise::updated_at.eq(tx.now)))
            .execute(&mut *tx.conn)?;
        let subject = Subject::new("uscc_admission", id.0).in_region(&region);
        let data = json!({ "uscc": uscc, "fault": fault, "reason": reason, "checked_in": checked_in });
        tx.audit(Self::NAME, subject, data)?;
        Ok(id)
    }
}

impl AdmitUscc {
    /// An enterprise that is on the list with this code is one of the officer's region.
    fn require_own(&self, tx: &mut Tx, uscc: &Uscc, scope: &str) -> Result<(), Problem> {
        let listed = enterprise::table
            .filter(enterprise::uscc.eq(uscc))
            .filter(enterprise::withdrawn_at.is_null())
            .select(enterprise::region)
            .first::<String>(&mut *tx.conn)
            .optional()?;
        if listed.is_none_or(|region| tx.catalogue.regions.contains(scope, &region)) {
            return Ok(());
        }
        let text =
            Text::new("使用该代码的企业不在您的辖区内", "is the code of an enterprise of another region");
        Err(Problem::field("/uscc", text))
    }
}

/// What to tell an officer whose code is let in already: it is taken from everyone, so there is nothing left to do. Where another region let
/// it in the officer may not read of it, so the text names the nearest office above both, which may, and nothing else.
fn admitted_already(tx: &mut Tx, uscc: &Uscc, scope: &str) -> Result<Text, Problem> {
    let region = a::table
        .filter(a::uscc.eq(uscc))
        .filter(a::withdrawn_at.is_null())
        .select(a::region)
        .first::<String>(&mut *tx.conn)
        .optional()?;
    let regions = &tx.catalogue.regions;
    let Some(region) = region.filter(|region| !regions.contains(scope, region)) else {
        return Ok(Text::new(
            "该代码已放行，无需重复放行；含有该代码的名单可直接导入",
            "the code has been admitted already; lists with it can be imported as they are",
        ));
    };
    let office = regions.ancestors(scope).find(|above| regions.contains(&above.code, &region));
    let (zh, en) = match office {
        Some(office) => (
            format!("如需了解放行原因，请咨询{}的监管部门", office.name),
            format!("the regulator of {} can say why it was admitted", office.name),
        ),
        None => (
            "如需了解放行原因，请咨询平台运营人员".to_owned(),
            "the platform's operator can say why it was admitted".to_owned(),
        ),
    };
    Ok(Text::new(
        format!("该代码已由其他地区放行，无需重复放行；含有该代码的名单可直接导入。{zh}"),
        format!("another region let the code in already; lists with it can be imported as they are. {en}"),
    ))
}

/// The code and the rule that it breaks.
fn judge(text: &str) -> Result<(Uscc, &'static str), Text> {
    match Uscc::parse(text) {
        Ok(_) => Err(Text::new(
            "该代码符合 GB 32100-2015 的规则，无需放行",
            "holds by the rules of GB 32100-2015; there is nothing to admit",
        )),
        Err(fault) => {
            let rule = fault.rule().ok_or_else(|| fault.text())?;
            Ok((Uscc::shaped(text).map_err(|fault: UsccFault| fault.text())?, rule))
        }
    }
}

impl Command for WithdrawAdmission {
    type Output = AdmissionId;
    const NAME: &'static str = "withdraw_uscc_admission";

    fn run(&self, tx: &mut Tx) -> Result<AdmissionId, Problem> {
        let (account, _) = officer(&tx.actor)?;
        let found = a::table
            .filter(visible_to(&tx.actor))
            .filter(a::id.eq(self.id))
            .select((a::uscc, a::region, a::withdrawn_at.is_not_null()))
            .for_update()
            .first::<(Uscc, String, bool)>(&mut *tx.conn)?;
        let (uscc, region, ended) = found;
        let mut fields = Fields::new();
        let reason = fields.text("/reason", &self.reason, 2000);
        fields.done()?;
        if ended {
            return Err(Problem::new(
                Code::UsccAdmissionEnded,
                Text::new("该放行已撤销", "the admission was withdrawn already"),
            ));
        }
        let users =
            enterprise::table.filter(enterprise::uscc.eq(uscc)).filter(enterprise::withdrawn_at.is_null());
        if diesel::select(exists(users)).get_result::<bool>(&mut *tx.conn)? {
            return Err(Problem::new(
                Code::UsccInUse,
                Text::new(
                    "名单上已有使用该代码的企业，不能撤销放行",
                    "an enterprise on the list has the code, so its admission stays",
                ),
            ));
        }
        diesel::update(a::table.find(self.id))
            .set((a::withdrawn_at.eq(tx.now), a::withdrawn_by.eq(account), a::withdrawn_reason.eq(&reason)))
            .execute(&mut *tx.conn)?;
        let subject = Subject::new("uscc_admission", self.id.0).in_region(&region);
        tx.audit(Self::NAME, subject, json!({ "uscc": uscc, "reason": reason }))?;
        Ok(self.id)
    }
}
