//! What is declared by what is no domain: the database, the reference data, the server itself.

use crate::catalogue::settings::CatalogueSettings;
use crate::core::actor::Role::{self, Admin, Operator};
use crate::db::grants::Rights;
use crate::db::settings::{AuditSettings, DatabaseSettings, PostgresSettings};
use crate::server::settings::MetricsSettings;
use crate::server::{calendar, documents, home, monitoring, problems, reference};
use crate::settings::{DeclaredSection, LogSettings, ProcessSettings, ServerSettings, TokenKeys};
use crate::web::room::{Access, Place, Room, SearchSource};
use crate::{pages, routes};

/// What the database keeps for every command: idempotency keys, the feed of events, the audit's chains.
pub static DATABASE: Room = Room {
    name: "db",
    tables: &["idempotency_key", "shared_event", "audit_entry", "audit_head", "replaceable_schema"],
    rights: &[
        ("audit_entry", Rights::Append),
        ("audit_head", Rights::Change("seq, hash, seal")),
        ("replaceable_schema", Rights::Read),
    ],
    functions: include_str!("../db/functions.sql"),
    settings: &[
        DeclaredSection::of::<DatabaseSettings>(),
        DeclaredSection::of::<PostgresSettings>(),
        DeclaredSection::of::<AuditSettings>(),
    ],
    ..Room::EMPTY
};

/// The reference data: regions, product classes and kinds, product hospitals, the calendar of working days.
pub static REFERENCE: Room = Room {
    name: "catalogue",
    tables: &[
        "region",
        "region_scope",
        "product_class",
        "product_kind",
        "product_hospital",
        "search_character",
        "search_table",
    ],
    // Mirrored from the files by what migrates.
    rights: &[
        ("region", Rights::Read),
        ("region_scope", Rights::Read),
        ("product_class", Rights::Read),
        ("product_kind", Rights::Read),
        ("product_hospital", Rights::Read),
        ("search_character", Rights::Read),
        ("search_table", Rights::Read),
    ],
    routes: routes![
        reference::regions, Access::Public, "行政区划";
        reference::product_classes, Access::Public, "产品类别";
        reference::product_kinds, Access::Public, "产品种类";
        reference::product_hospitals, Access::Public, "产品医院";
        calendar::calendar, Access::Public, "工作日历";
    ],
    pages: pages![
        GET "/calendar" => calendar::page, Access::Roles(&[Admin, Operator]), Place::new(&[Admin, Operator], 105, "日历", "Calendar", "calendar");
    ],
    settings: &[DeclaredSection::of::<CatalogueSettings>()],
    search: &[
        SearchSource {
            zh: "产品种类",
            en: "product kinds",
            by_zh: "代码、名称或别名",
            by_en: "Code, name or other name",
            route: "/api/v1/product-kinds",
            page: "",
            parameter: "q",
        },
        SearchSource {
            zh: "产品医院",
            en: "product hospitals",
            by_zh: "名称或代码",
            by_en: "Name or code",
            route: "/api/v1/product-hospitals",
            page: "",
            parameter: "q",
        },
        SearchSource {
            zh: "行政区划",
            en: "regions",
            by_zh: "名称或代码",
            by_en: "Name or code",
            route: "/api/v1/regions",
            page: "",
            parameter: "q",
        },
    ],
    ..Room::EMPTY
};

/// What belongs to the server itself: the first page, which differs by role, and what those who watch the process ask.
pub static SERVER: Room = Room {
    name: "server",
    routes: routes![
        monitoring::healthz, Access::Public, "进程是否存活";
        monitoring::readyz, Access::Public, "是否可以服务";
        problems::problems, Access::Public, "错误代码";
        problems::problem, Access::Public, "错误代码说明";
        monitoring::metrics, Access::Public, "监控指标";
        documents::openapi, Access::Public, "OpenAPI 文档";
        documents::docs, Access::Public, "接口说明与试用页面";
    ],
    pages: pages![
        GET "/" => home::home, Access::Public,
            Place::new(&[Role::Enterprise], 10, "首页", "Home", "home"),
            Place::new(&[Role::Expert], 10, "工作台", "Desk", "home").over(&["/cases"]),
            Place::new(&[Role::Admin, Role::Operator], 10, "总览", "Overview", "gauge");
    ],
    settings: &[
        DeclaredSection::of::<ProcessSettings>(),
        DeclaredSection::of::<ServerSettings>(),
        DeclaredSection::of::<MetricsSettings>(),
        DeclaredSection::of::<LogSettings>(),
        DeclaredSection::of::<TokenKeys>(),
    ],
    ..Room::EMPTY
};
