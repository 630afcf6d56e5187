//! Role and region of a person are changed, within the rights of who does it.

use crate::accounts::people::set_scope;
use crate::accounts::state::AccountState;
use crate::accounts::store::{AccountRow, find};
use crate::core::actor::{Actor, Role, Scope};
use crate::core::fields::Fields;
use crate::core::ids::{AccountId, ExpertId};
use crate::core::{Code, Problem, Text};
use crate::db::tx::Subject;
use crate::db::{Command, Tx};
use crate::experts::invited;
use crate::people::deactivate::lock_all_but_last_officer;
use crate::people::policy::{AccountFacts, may_give, permit_change, refuse_own};
use serde::{Deserialize, Serialize};
use serde_json::json;

/// Changes role or region of an officer or operator, or the regions that an expert serves. What is not named stays.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ChangeAccount {
    /// The account to change.
    pub id: AccountId,
    /// `admin` (an officer) or `operator`.
    pub role: Option<Role>,
    /// Code of an officer's region.
    pub region: Option<String>,
    /// Codes of the regions that an expert serves.
    pub regions: Option<Vec<String>>,
}

impl Command for ChangeAccount {
    type Output = AccountId;
    const NAME: &'static str = "change_account";

    fn run(&self, tx: &mut Tx) -> Result<AccountId, Problem> {
        let row = find(&mut tx.conn, self.id)?;
        let facts = AccountFacts::of(&mut tx.conn, &row)?;
        permit_change(&tx.actor, &facts, &tx.catalogue)?;
        refuse_own(&tx.actor, self.id)?;
        match (row.role, row.expert_id) {
            (Role::Expert, Some(expert)) => self.change_expert(tx, &facts, expert),
            (Role::Admin | Role::Operator, _) => self.change_staff(tx, &row),
            (Role::Sampler | Role::Laboratory, _) => Err(Problem::field(
                "/role",
                Text::new(
                    "抽样和检验机构人员的角色不能更改，请停用后重新邀请",
                    "the role of a body's person can't be changed; deactivate the account and invite the person again",
                ),
            )),
            _ => Err(Problem::field(
                "/role",
                Text::new("企业人员的角色不能更改", "the role of an enterprise's person can't be changed"),
            )),
        }
    }
}

impl ChangeAccount {
    /// The role and region that an officer or operator is to have.
    fn wanted(&self, tx: &Tx, row: &AccountRow) -> Result<Scope, Problem> {
        let mut fields = Fields::new();
        let role = self.role.unwrap_or(row.role);
        let region = self.region.as_deref().map(str::trim).filter(|code| !code.is_empty());
        fields.require(
            self.regions.is_none(),
            "/regions",
            "仅专家有多个服务地区",
            "only experts serve several regions",
        );
        let scope = match (role, region.or(row.region.as_deref())) {
            (Role::Admin, Some(code)) => {
                let known = tx.catalogue.regions.get(code).is_some();
                fields.require(known, "/region", "未知的行政区划代码", "is not a known region code");
                Scope::Admin(code.to_owned())
            }
            (Role::Admin, None) => {
                fields.fault("/region", "监管人员须指定行政区划", "an officer needs a region");
                Scope::Operator
            }
            (Role::Operator, _) => {
                let none = region.is_none();
                fields.require(none, "/region", "平台运营人员没有行政区划", "an operator has no region");
                Scope::Operator
            }
            _ => {
                fields.fault("/role", "须为 admin 或 operator", "must be admin or operator");
                Scope::Operator
            }
        };
        fields.done()?;
        Ok(scope)
    }

    fn change_staff(&self, tx: &mut Tx, before: &AccountRow) -> Result<AccountId, Problem> {
        let scope = self.wanted(tx, before)?;
        let region = match &scope {
            Scope::Admin(region) => Some(region.clone()),
            _ => None,
        };
        if !may_give(&tx.actor, scope.role(), region.as_deref(), &tx.catalogue) {
            return Err(Problem::forbidden());
        }
        let same = |row: &AccountRow| row.role == scope.role() && row.region == region;
        let (row, state) = lock_all_but_last_officer(tx, self.id, same)?;
        // Role and region may have changed until they were locked.
        let facts = AccountFacts::of(&mut tx.conn, &row)?;
        permit_change(&tx.actor, &facts, &tx.catalogue)?;
        if state == AccountState::Deactivated {
            let text = Text::new("该账号已停用，请先恢复", "the account is deactivated; reactivate it first");
            return Err(Problem::new(Code::AccountState, text));
        }
        if same(&row) {
            return Ok(self.id);
        }
        set_scope(tx, self.id, &scope)?;
        let seen_in = region.as_deref().or(row.region.as_deref());
        let subject = Subject { region: seen_in, ..Subject::new("account", self.id.0) };
        let data = json!({
            "from": { "role": row.role, "region": row.region }, "to": { "role": scope.role(), "region": region },
        });
        tx.audit(Self::NAME, subject, data)?;
        Ok(self.id)
    }

    fn change_expert(
        &self,
        tx: &mut Tx,
        facts: &AccountFacts,
        expert: ExpertId,
    ) -> Result<AccountId, Problem> {
        let mut fields = Fields::new();
        let role = self.role.is_none_or(|role| role == Role::Expert);
        fields.require(role, "/role", "专家的角色不能更改", "the role of an expert can't be changed");
        let given = self.regions.clone().unwrap_or_else(|| self.region.iter().cloned().collect());
        fields.require(!given.is_empty(), "/regions", "须至少有一个地区", "must name at least one region");
        for (at, code) in given.iter().enumerate() {
            if tx.catalogue.regions.get(code.trim()).is_none() {
                fields.fault(format!("/regions/{at}"), "未知的行政区划代码", "is not a known region code");
            }
        }
        fields.done()?;
        let mut regions: Vec<String> = given.iter().map(|code| code.trim().to_owned()).collect();
        if regions.iter().any(|code| !may_give(&tx.actor, Role::Expert, Some(code), &tx.catalogue)) {
            return Err(Problem::forbidden());
        }
        let known = invited::lock(tx, expert)?;
        let beyond = known.regions.iter().filter(|code| {
            // What lies beyond the officer's region is for others to change.
            !matches!(tx.actor, Actor::System)
                && !may_give(&tx.actor, Role::Expert, Some(code), &tx.catalogue)
        });
        regions.extend(beyond.cloned());
        regions.sort_unstable();
        regions.dedup();
        if regions == known.regions {
            return Ok(self.id);
        }
        invited::set_regions(tx, expert, &regions)?;
        let subject = Subject { region: facts.audit_region(), ..Subject::new("account", self.id.0) };
        tx.audit(Self::NAME, subject, json!({ "from": known.regions, "to": regions }))?;
        Ok(self.id)
    }
}
