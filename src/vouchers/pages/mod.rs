//! The pages of vouchers: of officers, of enterprises, of those who redeem, and of everybody.

pub mod mine;
pub mod office;
pub mod public;
pub mod redeem;

use crate::vouchers::state::{VoucherIssueState, VoucherState};
use crate::web::frame::Frame;

/// The state of an issue, in a word.
fn issue_word(f: &Frame, state: VoucherIssueState) -> &'static str {
    let (zh, en) = state.words();
    f.t(zh, en)
}

/// The colour of a state of an issue.
fn issue_tone(state: VoucherIssueState) -> &'static str {
    match state {
        VoucherIssueState::Draft | VoucherIssueState::Framed => "warn",
        VoucherIssueState::Open | VoucherIssueState::Drawn => "good",
        VoucherIssueState::Closed | VoucherIssueState::Withdrawn => "none",
    }
}

/// The state of a voucher, in a word.
fn voucher_word(f: &Frame, state: VoucherState) -> &'static str {
    let (zh, en) = state.words();
    f.t(zh, en)
}

/// The colour of a state of a voucher.
fn voucher_tone(state: VoucherState) -> &'static str {
    match state {
        VoucherState::Open => "good",
        VoucherState::Spent => "none",
        VoucherState::Expired | VoucherState::Revoked => "bad",
    }
}
