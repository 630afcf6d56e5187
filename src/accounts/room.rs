//! What the `accounts` domain declares of itself.

use crate::accounts::events::EVENTS;
use crate::accounts::factors::pages::SECURITY_PAGE;
use crate::accounts::factors::settings::FactorSettings;
use crate::accounts::factors::{api as factors, pages as factor_pages};
use crate::accounts::mails::Mail;
use crate::accounts::oidc::api as oidc;
use crate::accounts::oidc::settings::OidcSettings;
use crate::accounts::pages::{CODE_PAGE, LOG_IN_PAGE, RENEWAL_PAGE};
use crate::accounts::settings::AuthSettings;
use crate::accounts::{api, code_page, pages};
use crate::core::Role;
use crate::settings::DeclaredSection;
use crate::web::room::Access::{LoggedIn, Public, Roles, SettingUp};
use crate::web::room::{Room, subject, word};
use crate::{pages, routes};

/// What the server gathers from this domain.
pub const ROOM: Room = Room {
    name: "accounts",
    tables: &[
        "account",
        "account_identity",
        "account_totp",
        "login_session",
        "one_time_link",
        "recovery_code",
        "refresh_token",
        "wrong_proof",
    ],
    functions: include_str!("functions.sql"),
    routes: routes![
        api::log_in, Public, "登录";
        api::refresh, Public, "更新令牌";
        api::log_out, SettingUp, "退出登录";
        api::me, SettingUp, "我的账号";
        factors::totp_state, SettingUp, "我的第二重验证";
        factors::begin_totp, SettingUp, "开始设置验证器应用";
        factors::confirm_totp, SettingUp, "确认验证器应用";
        factors::remove_totp, LoggedIn, "停用第二重验证";
        factors::renew_recovery_codes, LoggedIn, "重新生成恢复码";
        factors::proof, SettingUp, "是否须再次验证身份";
        factors::step_up, SettingUp, "再次验证身份";
        oidc::begin, Public, "单点登录";
        oidc::callback, Public, "单点登录返回";
        oidc::identities, LoggedIn, "我的单点登录关联";
        oidc::begin_link, LoggedIn, "开始关联单点登录";
        oidc::unlink, LoggedIn, "解除单点登录关联";
        oidc::begin_proof, LoggedIn, "由身份提供方再次验证";
        factors::reset_totp, Roles(&[Role::Admin, Role::Operator]), "重置他人的第二重验证";
    ],
    pages: pages![
        GET LOG_IN_PAGE => pages::form, Public;
        POST LOG_IN_PAGE => pages::log_in, Public;
        GET "/logout" => pages::log_out_form, Public;
        GET RENEWAL_PAGE => pages::renew_and_return, Public;
        POST RENEWAL_PAGE => pages::renew, Public;
        GET CODE_PAGE => code_page::code_form, Public;
        POST CODE_PAGE => code_page::give_code, Public;
        GET SECURITY_PAGE => factor_pages::security, SettingUp;
        POST "/session/end" => pages::log_out, Public;
    ],
    events: EVENTS,
    audit: &[
        word("log_in", "登录", "log-in"),
        word("log_out", "退出", "log-out"),
        word("refresh_token_replayed", "更新令牌被重复使用", "a refresh token was used again"),
        word("link_identity", "关联单点登录", "linked an identity of single sign-on"),
        word("unlink_identity", "解除单点登录关联", "unlinked an identity of single sign-on"),
        word("begin_second_factor", "开始设置第二重验证", "began to set up a second factor"),
        word("set_up_second_factor", "启用第二重验证", "set up a second factor"),
        word("renew_recovery_codes", "重新生成恢复码", "made new recovery codes"),
        word("recovery_code_used", "使用恢复码", "used a recovery code"),
        word("remove_second_factor", "停用第二重验证", "removed the second factor"),
        word("reset_second_factor", "重置第二重验证", "reset a second factor"),
        word("step_up", "再次验证身份", "proved again who it is"),
        word("wrong_code", "验证码或密码输入错误", "gave a wrong code or password"),
        word("create_staff", "建立监管或运营账号", "made an officer's account"),
    ],
    subjects: &[subject("account", "账号", "account", "")],
    jobs: &[crate::accounts::housekeeping::JOB],
    mails: Mail::TEMPLATES,
    settings: &[
        DeclaredSection::of::<AuthSettings>(),
        DeclaredSection::of::<FactorSettings>(),
        DeclaredSection::of::<OidcSettings>(),
    ],
    ..Room::EMPTY
};
