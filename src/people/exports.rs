//! Accounts, invitations and colleagues as files.

use crate::core::Language;
use crate::exports::{Cell, Column, FilterWord, List, Q, REGION, Words};
use crate::people::colleagues::ColleagueView;
use crate::people::invitation_state::InvitationState;
use crate::people::invitations::InvitationView;
use crate::people::pages::state_word;
use crate::people::queries::AccountView;

fn role(word: &str, words: &Words) -> String {
    words.role_word(word).to_owned()
}

fn invitation_word(state: InvitationState, words: &Words) -> &str {
    match state {
        InvitationState::Open => words.t("未接受", "open"),
        InvitationState::Accepted => words.t("已接受", "accepted"),
        InvitationState::Withdrawn => words.t("已撤回", "withdrawn"),
    }
}

/// The accounts.
pub static ACCOUNTS: List<AccountView> = List {
    name: "accounts",
    zh: "人员",
    en: "People",
    people: true,
    columns: &[
        Column::new("姓名", "Name", |a, _| Cell::text(&a.name)),
        Column::new("用户名", "Username", |a, _| Cell::text(&a.username)),
        Column::new("角色", "Role", |a, w| Cell::text(w.role_name(&a.role))),
        Column::new("状态", "State", |a, w| Cell::text(state_word(w, a.state))),
        Column::new("邮箱", "Mail address", |a, _| Cell::some(a.email.as_ref())),
        Column::new("邮件语言", "Language of mails", |a, w| {
            Cell::text(match a.language {
                Language::Zh => w.t("中文", "Chinese"),
                Language::En => w.t("英文", "English"),
            })
        }),
        Column::new("辖区", "Region", |a, w| Cell::some(a.region.as_ref().map(|code| w.region(code)))),
        Column::new("企业名称", "Enterprise", |a, _| Cell::some(a.enterprise.as_ref().map(|e| &e.name))),
        Column::new("所属机构", "Body", |a, _| Cell::some(a.laboratory.as_ref().map(|body| &body.name))),
        Column::new("职称", "Title", |a, _| Cell::some(a.expert.as_ref().map(|e| &e.title))),
        Column::new("服务地区", "Regions served", |a, w| {
            Cell::some(a.expert.as_ref().map(|e| w.joined(e.regions.iter().map(|code| w.region(code)))))
        }),
        Column::new("开通时间", "Made", |a, _| Cell::Moment(a.created_at)),
        Column::new("停用时间", "Deactivated", |a, _| Cell::moment(a.deactivated_at)),
        Column::new("停用原因", "Why", |a, _| Cell::some(a.deactivation_reason.as_ref())),
    ],
    filters: &[
        Q,
        REGION,
        FilterWord::new("role", "角色", "role", role),
        FilterWord::new("state", "状态", "state", |word, w| match word.parse() {
            Ok(state) => state_word(w, state).to_owned(),
            Err(_) => word.to_owned(),
        }),
        FilterWord::of_row("enterprise", "企业", "enterprise", &[("id", "name")]),
    ],
};

/// The invitations.
pub static INVITATIONS: List<InvitationView> = List {
    name: "invitations",
    zh: "邀请",
    en: "Invitations",
    people: true,
    columns: &[
        Column::new("姓名", "Name", |i, _| Cell::text(&i.name)),
        Column::new("邮箱", "Mail address", |i, _| Cell::text(&i.email)),
        Column::new("角色", "Role", |i, w| Cell::text(w.role_name(&i.role))),
        Column::new("地区", "Region", |i, w| Cell::some(i.region.as_ref().map(|code| w.region(code)))),
        Column::new("邀请人", "Invited by", |i, _| Cell::some(i.invited_by.as_ref())),
        Column::new("状态", "State", |i, w| Cell::text(invitation_word(i.state, w))),
        Column::new("最近发送时间", "Mailed last", |i, _| Cell::Moment(i.sent_at)),
        Column::new("有效期至", "Valid until", |i, _| Cell::Moment(i.expires_at)),
        Column::new("邮件", "Mail", |i, w| Cell::some(i.mail.outcome().map(|m| w.say(&m.why)))),
    ],
    filters: &[
        Q,
        FilterWord::new("state", "状态", "state", |word, w| match word.parse() {
            Ok(state) => invitation_word(state, w).to_owned(),
            Err(_) => word.to_owned(),
        }),
    ],
};

/// The people of an enterprise.
pub static COLLEAGUES: List<ColleagueView> = List {
    name: "colleagues",
    zh: "本企业人员",
    en: "Colleagues",
    people: true,
    columns: &[
        Column::new("姓名", "Name", |c, _| Cell::text(&c.name)),
        Column::new("用户名", "Username", |c, _| Cell::text(&c.username)),
        Column::new("邮箱", "Mail address", |c, _| Cell::some(c.email.as_ref())),
        Column::new("首位人员", "First person", |c, w| Cell::text(w.yes(c.first))),
    ],
    filters: &[],
};
