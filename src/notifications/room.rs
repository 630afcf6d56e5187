//! What the `notifications` domain declares of itself.

use crate::core::actor::Role::Operator;
use crate::core::page::ListOrder;
use crate::notifications::settings::MailSettings;
use crate::notifications::{api, metrics, pages, worker};
use crate::settings::DeclaredSection;
use crate::web::room::Access::{Public, Roles};
use crate::web::room::{OrderedList, Place, Room, SearchSource, subject, word};
use crate::{pages, routes};

/// The orders of the list of mails.
const ORDERS: &[ListOrder] = &[
    ListOrder::new("address", "按收件地址", "by address", "outbox_mail.recipient"),
    ListOrder::new("attempts", "发送次数最多在前", "most attempts first", "outbox_mail.attempts DESC"),
    ListOrder::new("kind", "按邮件类型", "by kind", "outbox_mail.template"),
];

/// What the server gathers from this domain.
pub static ROOM: Room = Room {
    name: "notifications",
    tables: &["outbox_mail", "mail_pause"],
    routes: routes![
        api::list, Roles(&[Operator]), "发件箱";
        api::retry, Roles(&[Operator]), "立即重试待发送的邮件";
        api::pauses, Roles(&[Operator]), "已暂停的邮箱地址";
        api::resume, Roles(&[Operator]), "恢复已暂停的邮箱地址";
        api::bounce, Public, "邮件服务器报告退信（凭令牌）";
    ],
    pages: pages![
        GET "/mail" => pages::page, Roles(&[Operator]), Place::new(&[Operator], 105, "邮件", "Mail", "mail");
    ],
    audit: &[
        word("retry_mail", "立即重试邮件", "retried a mail"),
        word("resume_mail_address", "恢复邮箱地址", "resumed a mail address"),
        word("report_bounce", "报告退信", "reported a bounce"),
    ],
    subjects: &[
        subject("outbox_mail", "邮件", "mail", ""),
        subject("mail_pause", "已暂停的邮箱地址", "paused mail address", ""),
    ],
    jobs: &[worker::JOB],
    orders: &[OrderedList { page: "/mail", orders: ORDERS }],
    metrics: Some(metrics::metrics),
    ready: &[("outbox", metrics::is_well)],
    settings: &[DeclaredSection::of::<MailSettings>()],
    search: &[
        SearchSource {
            zh: "邮件",
            en: "mails",
            by_zh: "收件地址",
            by_en: "Recipient's address",
            route: "/api/v1/mail",
            page: "/mail",
            parameter: "q",
        },
        SearchSource {
            zh: "已暂停的地址",
            en: "paused mail addresses",
            by_zh: "地址",
            by_en: "Address",
            route: "/api/v1/mail/pauses",
            page: "",
            parameter: "q",
        },
    ],
    personal: crate::notifications::personal::PARTS,
    ..Room::EMPTY
};
