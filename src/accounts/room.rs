//! What the `accounts` domain declares of itself.

use crate::accounts::events::EVENTS;
use crate::accounts::factors::pages::SECURITY_PAGE;
use crate::accounts::factors::settings::FactorSettings;
use crate::accounts::factors::{api as factors, pages as factor_pages};
use crate::accounts::mails::Mail;
use crate::accounts::oidc::api as oidc;
use crate::accounts::oidc::settings::OidcSettings;
use crate::accounts::own::pages::{ACCOUNT_PAGE, FORGOTTEN_PAGE};
use crate::accounts::own::password_reset::RESET_PAGE;
use crate::accounts::own::profile::ADDRESS_PAGE;
use crate::accounts::own::{api as own, pages as own_pages};
use crate::accounts::pages::{CODE_PAGE, LOG_IN_PAGE, RENEWAL_PAGE};
use crate::accounts::settings::AuthSettings;
use crate::accounts::{api, code_page, hashing, pages};
use crate::settings::DeclaredSection;
use crate::web::room::Access::{LoggedIn, Public, SettingUp};
use crate::web::room::{Room, subject, word};
use crate::{pages, routes};

/// What the server gathers from this domain.
pub static ROOM: Room = Room {
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
        api::refresh, Public, "续期登录";
        api::log_out, SettingUp, "退出登录";
        api::me, SettingUp, "我的账号";
        factors::totp_state, SettingUp, "我的双重验证";
        factors::begin_totp, SettingUp, "开始设置验证器应用";
        factors::confirm_totp, SettingUp, "确认验证器应用";
        factors::remove_totp, LoggedIn, "停用双重验证";
        factors::renew_recovery_codes, LoggedIn, "重新生成恢复码";
        factors::proof, SettingUp, "是否须再次验证身份";
        factors::step_up, SettingUp, "再次验证身份";
        oidc::begin, Public, "单点登录";
        oidc::callback, Public, "单点登录返回";
        oidc::identities, LoggedIn, "我的单点登录关联";
        oidc::begin_link, LoggedIn, "开始关联单点登录";
        oidc::unlink, LoggedIn, "解除单点登录关联";
        oidc::begin_proof, LoggedIn, "由身份提供方再次验证";
        own::change_me, LoggedIn, "更改我的资料";
        own::change_password, LoggedIn, "更改我的密码";
        own::sessions, LoggedIn, "我登录的设备";
        own::end_session, LoggedIn, "退出一个设备";
        own::end_other_sessions, LoggedIn, "退出其他全部设备";
        own::confirm_address, Public, "确认新邮箱";
        own::request_reset, Public, "申请重置密码";
        own::confirm_reset, Public, "设置新密码";
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
        GET ACCOUNT_PAGE => own_pages::account, LoggedIn;
        GET FORGOTTEN_PAGE => own_pages::forgotten, Public;
        GET RESET_PAGE => own_pages::reset, Public;
        GET ADDRESS_PAGE => own_pages::confirm_email, Public;
    ],
    events: EVENTS,
    audit: &[
        word("log_in", "登录", "log-in"),
        word("log_in_failed", "登录失败", "failed log-in"),
        word("log_out", "退出", "log-out"),
        word("refresh_token_replayed", "登录凭据被重复使用", "a refresh token was used again"),
        word("change_profile", "更改个人资料", "changed their profile"),
        word("change_mail_address", "更改邮箱", "changed their mail address"),
        word("change_password", "更改密码", "changed their password"),
        word("request_password_reset", "申请重置密码", "asked for a new password"),
        word("reset_password", "重置密码", "chose a new password by a link"),
        word("end_session", "退出一个设备", "ended a session"),
        word("end_other_sessions", "退出其他全部设备", "ended all other sessions"),
        word("link_identity", "关联单点登录", "linked an identity of single sign-on"),
        word("unlink_identity", "解除单点登录关联", "unlinked an identity of single sign-on"),
        word("begin_second_factor", "开始设置双重验证", "began to set up a second factor"),
        word("set_up_second_factor", "启用双重验证", "set up a second factor"),
        word("renew_recovery_codes", "重新生成恢复码", "made new recovery codes"),
        word("recovery_code_used", "使用恢复码", "used a recovery code"),
        word("remove_second_factor", "停用双重验证", "removed the second factor"),
        word("step_up", "再次验证身份", "verified their identity again"),
        word("wrong_code", "验证码或密码输入错误", "gave a wrong code or password"),
        word("create_staff", "建立监管或运营账号", "made an officer's account"),
    ],
    subjects: &[
        subject("account", "账号", "account", "").named("SELECT id, name FROM account WHERE id = ANY ($1)")
    ],
    jobs: &[crate::accounts::failed_log_in::JOB, crate::accounts::housekeeping::JOB],
    mails: Mail::TEMPLATES,
    mail_names: Mail::NAMES,
    settings: &[
        DeclaredSection::of::<AuthSettings>(),
        DeclaredSection::of::<FactorSettings>(),
        DeclaredSection::of::<OidcSettings>(),
    ],
    metrics: Some(hashing::metrics),
    personal: crate::accounts::personal::PARTS,
    ..Room::EMPTY
};
