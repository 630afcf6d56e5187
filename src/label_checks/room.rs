//! What the `label_checks` domain declares of itself.

use crate::core::actor::Role::{Admin, Sampler};
use crate::core::page::ListOrder;
use crate::db::grants::Rights;
use crate::inspections::policy::may_know;
use crate::label_checks::device_queries::may_know as may_know_device;
use crate::label_checks::settings::LabelCheckSettings;
use crate::label_checks::{api, device_api, pages};
use crate::settings::DeclaredSection;
use crate::web::room::Access::{ByPolicy, Knowing, LoggedIn, Roles};
use crate::web::room::{OrderedList, Place, Room, SearchSource, subject, word};
use crate::{pages, routes};

/// The orders of the list of devices.
const DEVICE_ORDERS: &[ListOrder] = &[
    ListOrder::new("name", "按名称（拼音）", "by name", "search_readings(search_fold(quick_device.name))"),
    ListOrder::new("region", "按地区", "by region", "quick_device.region"),
];

/// What the server gathers from this domain.
pub static ROOM: Room = Room {
    name: "label_checks",
    tables: &[
        "label_answer",
        "label_check",
        "label_photo",
        "quick_calibration",
        "quick_device",
        "quick_test",
    ],
    rights: &[
        ("label_answer", Rights::Append),
        ("label_check", Rights::Append),
        ("label_photo", Rights::Append),
        ("quick_calibration", Rights::Keep),
        ("quick_device", Rights::Keep),
        ("quick_test", Rights::Append),
    ],
    functions: include_str!("functions.sql"),
    routes: routes![
        api::checklists, LoggedIn, "标识检查表";
        api::list, Roles(&[Admin, Sampler]), "标识检查列表";
        api::check_label, Roles(&[Admin]), "登记标识检查";
        api::one, LoggedIn, "标识检查结果";
        api::record, ByPolicy(&[Admin, Sampler], may_know), "登记已有检查的标识检查结果";
        api::quick_test, Roles(&[Admin]), "登记快速检测";
        api::record_quick_test, ByPolicy(&[Admin, Sampler], may_know), "登记已有检查的快速检测结果";
        device_api::list, Roles(&[Admin, Sampler]), "快速检测设备列表";
        device_api::create, Roles(&[Admin]), "登记快速检测设备";
        device_api::one, Roles(&[Admin, Sampler]), "快速检测设备详情";
        device_api::change, Knowing(&[Admin], may_know_device), "启用或停用快速检测设备";
        device_api::calibrate, Knowing(&[Admin], may_know_device), "登记快速检测设备校准";
        device_api::annul, Knowing(&[Admin], may_know_device), "作废快速检测设备校准";
    ],
    pages: pages![
        GET "/label-checks" => pages::labels::list, Roles(&[Admin, Sampler]), Place::new(&[Admin, Sampler], 84, "标识检查", "Labels", "check");
        GET "/label-checks/new" => pages::labels::new, Roles(&[Admin, Sampler]);
        GET "/label-checks/{id}" => pages::labels::one, LoggedIn;
        GET "/quick-tests" => pages::quick::list, Roles(&[Admin, Sampler]), Place::new(&[Admin, Sampler], 85, "快速检测", "Quick tests", "clock").over(&["/quick-devices"]);
        GET "/quick-devices" => pages::quick::devices, Roles(&[Admin, Sampler]);
    ],
    audit: &[
        word("record_label_check", "登记标识检查结果", "entered the check of a label"),
        word("record_quick_test", "登记快速检测结果", "entered a quick test"),
        word("create_quick_device", "登记快速检测设备", "entered a device for quick tests"),
        word("calibrate_quick_device", "登记快速检测设备校准", "entered a calibration"),
        word("annul_quick_calibration", "作废快速检测设备校准", "annulled a calibration"),
        word("change_quick_device", "启用或停用快速检测设备", "took a device into or out of use"),
    ],
    subjects: &[subject("quick_device", "快速检测设备", "device for quick tests", "/quick-devices")],
    settings: &[DeclaredSection::of::<LabelCheckSettings>()],
    search: &[
        SearchSource {
            zh: "标识检查",
            en: "label checks",
            by_zh: "单位、产品或抽样单编号",
            by_en: "Operator, product or number",
            route: "/api/v1/label-checks",
            page: "/label-checks",
            parameter: "q",
        },
        SearchSource {
            zh: "快速检测",
            en: "quick tests",
            by_zh: "单位、产品或抽样单编号",
            by_en: "Operator, product or number",
            route: "",
            page: "/quick-tests",
            parameter: "q",
        },
        SearchSource {
            zh: "快速检测设备",
            en: "devices for quick tests",
            by_zh: "设备名称或编号",
            by_en: "Name or number",
            route: "/api/v1/quick-devices",
            page: "/quick-devices",
            parameter: "q",
        },
    ],
    orders: &[
        OrderedList { page: "/label-checks", orders: crate::inspections::orders::ORDERS },
        OrderedList { page: "/quick-tests", orders: crate::inspections::orders::ORDERS },
        OrderedList { page: "/quick-devices", orders: DEVICE_ORDERS },
    ],
    ..Room::EMPTY
};
