//! What the `oversight` domain declares of itself.

use crate::core::actor::Role::{Admin, Enterprise, Laboratory};
use crate::db::grants::Rights;
use crate::oversight::mails::Mail;
use crate::oversight::policy::may_know;
use crate::oversight::settings::OversightSettings;
use crate::oversight::{api, dossier_api, files, global_search, pages, sweep};
use crate::settings::DeclaredSection;
use crate::web::global_search::GlobalSearchSource;
use crate::web::room::Access::{ByPolicy, Hidden, Public, Roles};
use crate::web::room::{OrderedList, Place, Room, SearchSource, subject, word};
use crate::{pages, routes};

/// What the server gathers from this domain.
pub static ROOM: Room = Room {
    name: "oversight",
    tables: &[
        "oversight",
        "oversight_basis",
        "oversight_event",
        "oversight_file",
        "oversight_matter",
        "oversight_number",
        "oversight_reminder",
        "oversight_responsibility",
    ],
    rights: &[
        ("oversight", Rights::Keep),
        ("oversight_event", Rights::Append),
        ("oversight_file", Rights::Append),
        ("oversight_matter", Rights::Keep),
        ("oversight_number", Rights::Keep),
        ("oversight_reminder", Rights::Append),
    ],
    functions: include_str!("functions.sql"),
    routes: routes![
        api::list, Roles(&[Admin, Enterprise, Laboratory]), "督促事项列表";
        api::create, Roles(&[Admin]), "起草督促事项";
        api::counts, Roles(&[Admin, Enterprise, Laboratory]), "待办督促事项数";
        api::ladder, Roles(&[Admin]), "此前的督促和建议";
        api::figures, Roles(&[Admin]), "督促事项统计";
        api::one, ByPolicy(&[Admin, Enterprise, Laboratory], may_know), "督促事项详情";
        api::change, ByPolicy(&[Admin], may_know), "修改督促事项";
        api::record, ByPolicy(&[Admin, Enterprise, Laboratory], may_know), "登记督促事项的步骤";
        api::effect, ByPolicy(&[Admin], may_know), "督促事项的效果";
        dossier_api::dossier, ByPolicy(&[Admin, Enterprise, Laboratory], may_know), "督促案卷";
        api::public_list, Public, "公开的挂牌督办列表";
        api::public_one, Public, "公开的挂牌督办";
    ],
    pages: pages![
        GET "/oversight" => pages::list::list, Roles(&[Admin, Laboratory]), Place::new(&[Admin, Laboratory], 98, "督促", "Oversight", "mail").waiting("/api/v1/oversight/counts");
        GET "/oversight/new" => pages::new::new, Roles(&[Admin]);
        GET "/oversight/figures" => pages::figures::page, Roles(&[Admin]);
        GET "/oversight/{id}" => pages::one::one, ByPolicy(&[Admin, Enterprise, Laboratory], may_know);
        GET "/oversight/{id}/letter" => pages::letter::letter, ByPolicy(&[Admin, Enterprise, Laboratory], may_know);
        GET "/my/oversight" => pages::list::mine, Hidden(&[Enterprise]);
        GET "/listings" => pages::public::list, Public;
        GET "/listings/{id}" => pages::public::one, Public;
    ],
    sees_attachment: Some(files::sees),
    audit: &[
        word("create_oversight", "起草督促事项", "wrote a letter, an interview or a listing"),
        word("change_oversight", "修改督促事项", "changed a letter, an interview or a listing"),
        word(
            "record_oversight_step",
            "登记督促事项的步骤",
            "entered a step of a letter, an interview or a listing",
        ),
        word("sweep_oversight", "督促事项逾期", "a letter, an interview or a listing is overdue"),
    ],
    subjects: &[subject("oversight", "督促事项", "letter, interview or listing", "/oversight/{id}")],
    mails: Mail::TEMPLATES,
    mail_names: Mail::NAMES,
    settings: &[DeclaredSection::of::<OversightSettings>()],
    search: &[
        SearchSource {
            zh: "督促事项",
            en: "letters, interviews and listings",
            by_zh: "标题、文号或者对象",
            by_en: "Title, number or recipient",
            route: "/api/v1/oversight",
            page: "/oversight",
            parameter: "q",
        },
        SearchSource {
            zh: "公开的挂牌督办",
            en: "public listings",
            by_zh: "标题、文号或者督办对象",
            by_en: "Title, number or who is listed",
            route: "/api/v1/public/listings",
            page: "/listings",
            parameter: "q",
        },
        SearchSource {
            zh: "发给本企业的督促事项",
            en: "letters, interviews and listings to one’s enterprise",
            by_zh: "标题或者文号",
            by_en: "Title or number",
            route: "",
            page: "/my/oversight",
            parameter: "q",
        },
    ],
    orders: &[
        OrderedList { page: "/oversight", orders: pages::orders::ORDERS },
        OrderedList { page: "/my/oversight", orders: pages::orders::ORDERS },
    ],
    global_search: &[GlobalSearchSource {
        kind: "oversight",
        zh: "督促事项",
        en: "Letters, interviews and listings",
        roles: &[Admin, Enterprise, Laboratory],
        find: global_search::find,
    }],
    jobs: &[sweep::JOB],
    ..Room::EMPTY
};
