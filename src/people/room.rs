//! What the `people` domain declares of itself.

use crate::core::actor::Role::{Admin, Enterprise, Expert, Operator};
use crate::core::page::ListOrder;
use crate::experts::policy::may_know as may_know_expert;
use crate::people::mails::Mail;
use crate::people::settings::PeopleSettings;
use crate::people::{api, global_search, invitations, pages, policy, suspend_api};
use crate::settings::DeclaredSection;
use crate::web::global_search::GlobalSearchSource;
use crate::web::room::Access::{ByPolicy, Hidden, Knowing, Public, Roles};
use crate::web::room::{OrderedList, Place, Room, SearchSource, subject, word};
use crate::{pages, routes};

/// The orders of the list of people.
const ORDERS: &[ListOrder] = &[
    ListOrder::new("name", "按姓名（拼音）", "by name", "account.search_readings"),
    ListOrder::new("username", "按用户名", "by user name", "account.username"),
    ListOrder::new("region", "按地区", "by region", "account.region NULLS LAST"),
];

/// What the server gathers from this domain.
pub static ROOM: Room = Room {
    name: "people",
    tables: &["account_invitation"],
    routes: routes![
        api::list, Roles(&[Admin, Operator]), "账号列表";
        api::invite, Roles(&[Admin, Operator]), "邀请人员开通账号";
        api::account, Roles(&[Admin, Operator]), "账号详情与名下事项";
        api::change, Knowing(&[Admin, Operator], policy::may_know), "更改角色、辖区或服务地区";
        api::deactivate, Knowing(&[Admin, Operator], policy::may_know), "停用账号并移交名下事项";
        api::reactivate, Knowing(&[Admin, Operator], policy::may_know), "恢复账号";
        api::reset_totp, Knowing(&[Admin, Operator], policy::may_know), "重置他人的双重验证";
        api::end_sessions, Knowing(&[Admin, Operator], policy::may_know), "退出他人的全部登录";
        api::send_password_reset, Knowing(&[Admin, Operator], policy::may_know), "发送重置密码的链接";
        api::confirm, Public, "凭一次性链接接受邀请";
        api::invitation_list, Roles(&[Admin, Operator, Enterprise]), "邀请列表";
        api::invitation, Roles(&[Admin, Operator, Enterprise]), "邀请详情";
        api::resend, Knowing(&[Admin, Operator, Enterprise], invitations::may_know), "重新发送邀请";
        api::withdraw, Knowing(&[Admin, Operator, Enterprise], invitations::may_know), "撤回邀请";
        api::colleague_list, Roles(&[Enterprise]), "本企业人员";
        api::invite_colleague, Roles(&[Enterprise]), "邀请同事";
        api::remove_colleague, Roles(&[Enterprise]), "移除同事";
        suspend_api::suspend, ByPolicy(&[Admin, Operator], may_know_expert), "暂停专家接诊资格";
        suspend_api::hand_on, ByPolicy(&[Admin, Operator], may_know_expert), "移交已暂停专家的问诊";
        suspend_api::open, Roles(&[Expert, Admin, Operator]), "专家进行中的问诊";
    ],
    pages: pages![
        GET "/people" => pages::list, Roles(&[Admin, Operator]), Place::new(&[Admin, Operator], 104, "人员", "People", "person");
        GET "/people/{id}" => pages::one, Roles(&[Admin, Operator]);
        GET "/colleagues" => pages::colleagues, Hidden(&[Enterprise]), Place::new(&[Enterprise], 50, "本企业人员", "Colleagues", "person");
        GET "/invitation" => pages::invitation, Public;
    ],
    audit: &[
        word("invite_person", "邀请人员", "invited a person"),
        word("invite_colleague", "邀请同事", "invited a colleague"),
        word("resend_invitation", "重新发送邀请", "sent an invitation again"),
        word("withdraw_invitation", "撤回邀请", "withdrew an invitation"),
        word("accept_invitation", "接受邀请", "accepted an invitation"),
        word("change_account", "更改角色或辖区", "changed a role or region"),
        word("deactivate_account", "停用账号", "deactivated an account"),
        word("reactivate_account", "恢复账号", "reactivated an account"),
        word("reset_second_factor", "重置双重验证", "reset a second factor"),
        word("end_sessions_of_person", "退出其全部登录", "ended all sessions"),
        word("send_password_reset", "发送重置密码的链接", "sent a link for a new password"),
        word("suspend_expert", "暂停专家接诊资格", "suspended an expert"),
        word("hand_on_consultations", "移交已暂停专家的问诊", "handed on consultations"),
        word("remove_colleague", "移除同事", "removed a colleague"),
    ],
    subjects: &[subject("account_invitation", "邀请", "invitation", "")
        .named("SELECT id, name FROM account_invitation WHERE id = ANY ($1)")],
    mails: Mail::TEMPLATES,
    mail_names: Mail::NAMES,
    settings: &[DeclaredSection::of::<PeopleSettings>()],
    search: &[
        SearchSource {
            zh: "邀请",
            en: "invitations",
            by_zh: "姓名或邮箱",
            by_en: "name or mail address",
            route: "/api/v1/account-invitations",
            page: "",
            parameter: "q",
        },
        SearchSource {
            zh: "人员",
            en: "people",
            by_zh: "姓名或用户名",
            by_en: "name or username",
            route: "/api/v1/accounts",
            page: "/people",
            parameter: "q",
        },
    ],
    orders: &[OrderedList { page: "/people", orders: ORDERS }],
    global_search: &[GlobalSearchSource {
        kind: "people",
        zh: "人员",
        en: "People",
        roles: &[Admin, Operator],
        find: global_search::find,
    }],
    personal: crate::people::personal::PARTS,
    ..Room::EMPTY
};
