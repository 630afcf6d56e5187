//! What a log-in asks for after the password, or after a provider of single sign-on has said who it is.

use crate::accounts::device::Device;
use crate::accounts::factors::code::{Judged, judge};
use crate::accounts::factors::settings::FactorSettings;
use crate::accounts::factors::store;
use crate::accounts::factors::tries::Source;
use crate::accounts::store::AccountRow;
use crate::core::problem::FieldError;
use crate::core::{Code, Problem, Text};
use crate::db::Tx;

/// What a log-in asks for after the password was right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Demand {
    /// Nothing more: a session is opened.
    Open(Opening),
    /// A code, which was not given.
    Code,
    /// Another code: the one that was given is wrong.
    Wrong,
    /// To wait for so many seconds.
    Wait(u64),
}

/// The session that is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Opening {
    /// A second factor was proved, here or at the provider.
    pub by_factor: bool,
    /// It can only set up the second factor that the role must have.
    pub sets_up_only: bool,
}

/// What a log-in to this account asks for. `elsewhere`: the provider has asked for a second factor, and the settings say that this
/// counts. A wrong code is noted, so the transaction must be committed.
///
/// # Errors
/// When the database refuses, or the secret's key has gone.
pub fn demand(
    tx: &mut Tx,
    account: &AccountRow,
    code: Option<&str>,
    elsewhere: bool,
    device: &Device,
) -> Result<Demand, Problem> {
    let code = code.map(str::trim).filter(|code| !code.is_empty());
    let opening = |by_factor, sets_up_only| Ok(Demand::Open(Opening { by_factor, sets_up_only }));
    if elsewhere {
        return opening(true, false);
    }
    if !store::is_on(&mut tx.conn, account.id)? {
        return opening(false, FactorSettings::demands(&tx.settings, account.role));
    }
    let Some(code) = code else { return Ok(Demand::Code) };
    let source = Source::log_in(&mut tx.conn, account.id, device)?;
    match judge(tx, account, code, &source)? {
        Judged::Right => opening(true, false),
        Judged::Wrong => Ok(Demand::Wrong),
        Judged::Wait(seconds) => Ok(Demand::Wait(seconds)),
    }
}

/// 401: the password is right, and a code is needed.
pub fn code_needed() -> Problem {
    let detail = Text::new(
        "该账号已启用双重验证，请输入验证码",
        "the account has a second factor; give its code as well",
    );
    let mut problem = Problem::new(Code::SecondFactorRequired, detail.clone());
    problem.errors = vec![FieldError::body("/code", detail)];
    problem
}
