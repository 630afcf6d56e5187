//! The table of routes.
//!
//! To add one: write the handler with its `#[utoipa::path]`, and its row here. The row gives it to the server, to the
//! OpenAPI document and to the test of roles by routes; a test fails when row and annotation disagree. Methods on one path
//! share a resource, so that 405 and `Allow` come of themselves.

use actix_web::http::Method;
use actix_web::middleware::from_fn;
use actix_web::web::{self, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse, Route, guard};
use utoipa::OpenApi;

use crate::core::Problem;
use crate::core::actor::Role::{self, Admin, Enterprise, Expert, Operator};
use crate::web::handlers::{
    alerts, attachments, audit, auth, chat, consultations, dossier, experts, machine, plans, reference,
    registrations, remediation, reports, transcript, zero_out,
};
use crate::web::middleware;
use crate::web::pages::problems;
use crate::web::problem::{Answer, Failure};

/// Who may call a route. That someone is logged in is checked before the handler; which role may do what is decided by the
/// room's policy, and the table only says so, for readers and for the test that proves it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Everyone.
    Public,
    /// Everyone with an account.
    LoggedIn,
    /// These roles; others get 403 or 404.
    Roles(&'static [Role]),
}

/// A row of the table.
pub struct RouteInfo {
    /// The method. A GET answers HEAD as well.
    pub method: &'static str,
    /// The path, with `{names}` for its variable parts.
    pub path: &'static str,
    /// Who may call it.
    pub access: Access,
    /// What it does, in Chinese; in English the handler's documentation says it.
    pub zh: &'static str,
    handler: fn() -> Route,
}

macro_rules! routes {
    ($($method:ident $path:literal => $($name:ident)::+, $access:expr, $zh:literal;)+) => {
        /// Everything that can be called, but for the pages for people.
        pub static ROUTES: &[RouteInfo] = &[$(RouteInfo {
            method: stringify!($method),
            path: $path,
            access: $access,
            zh: $zh,
            handler: || web::to($($name)::+),
        }),+];

        #[derive(OpenApi)]
        #[openapi(paths($($($name)::+),+))]
        pub(super) struct Documented;
    };
}

use Access::{LoggedIn, Public, Roles};

routes! {
    POST "/api/v1/auth/login" => auth::log_in, Public, "登录";
    POST "/api/v1/auth/refresh" => auth::refresh, Public, "更新令牌";
    POST "/api/v1/auth/logout" => auth::log_out, LoggedIn, "退出登录";
    GET "/api/v1/me" => auth::me, LoggedIn, "我的账号";

    GET "/api/v1/regions" => reference::regions, Public, "行政区划";
    GET "/api/v1/product-classes" => reference::product_classes, Public, "产品类别";
    GET "/api/v1/product-kinds" => reference::product_kinds, Public, "产品种类";
    GET "/api/v1/product-hospitals" => reference::product_hospitals, Public, "产品医院";
    GET "/problems" => problems::problems, Public, "错误代码";
    GET "/problems/{code}" => problems::problem, Public, "错误代码说明";

    POST "/api/v1/enterprise-registrations" => registrations::register, Public, "企业认领账号";
    POST "/api/v1/enterprise-registrations/confirm" => registrations::confirm, Public, "凭一次性链接确认";
    GET "/api/v1/enterprise-registrations" => registrations::list, Roles(&[Admin, Operator]), "认领申请列表";
    POST "/api/v1/enterprise-registrations/{id}/approve" => registrations::approve, Roles(&[Admin, Operator]), "通过认领申请";
    POST "/api/v1/enterprise-registrations/{id}/reject" => registrations::reject, Roles(&[Admin, Operator]), "驳回认领申请";

    POST "/api/v1/expert-applications" => experts::apply, Public, "专家申请入驻";
    GET "/api/v1/expert-applications" => experts::applications, Roles(&[Admin, Operator]), "专家申请列表";
    POST "/api/v1/expert-applications/{id}/approve" => experts::approve, Roles(&[Admin, Operator]), "通过专家申请";
    POST "/api/v1/expert-applications/{id}/reject" => experts::reject, Roles(&[Admin, Operator]), "驳回专家申请";
    GET "/api/v1/experts" => experts::list, LoggedIn, "专家列表";
    PUT "/api/v1/experts/me/availability" => experts::availability, Roles(&[Expert]), "设置是否接单";
    PUT "/api/v1/experts/me/specialties" => experts::specialties, Roles(&[Expert]), "设置专长";
    PUT "/api/v1/experts/me/duty" => experts::my_duty, Roles(&[Expert]), "设置值班表";
    POST "/api/v1/experts/me/conflicts" => experts::my_conflict, Roles(&[Expert]), "申报回避事项";
    GET "/api/v1/experts/{id}" => experts::expert, LoggedIn, "专家详情";
    PUT "/api/v1/experts/{id}/duty" => experts::duty, Roles(&[Expert, Admin, Operator]), "设置专家值班表";
    POST "/api/v1/experts/{id}/conflicts" => experts::conflict, Roles(&[Expert, Admin]), "登记专家回避事项";
    DELETE "/api/v1/experts/{id}/conflicts" => experts::untie, Roles(&[Admin]), "撤销专家回避事项";
    POST "/api/v1/experts/{id}/exclusion" => experts::exclude, Roles(&[Enterprise]), "申请专家回避";
    DELETE "/api/v1/experts/{id}/exclusion" => experts::include, Roles(&[Enterprise]), "撤回回避申请";

    POST "/api/v1/zero-out/imports" => zero_out::import, Roles(&[Admin, Operator]), "导入清零名单";
    GET "/api/v1/zero-out/imports" => zero_out::imports, Roles(&[Admin, Operator]), "导入记录";
    GET "/api/v1/zero-out/imports/{id}" => zero_out::import_of, Roles(&[Admin, Operator]), "导入进度与结果";
    GET "/api/v1/zero-out/imports/{id}/rejections" => zero_out::rejections_of, Roles(&[Admin, Operator]), "导入被拒的行";
    GET "/api/v1/zero-out" => zero_out::list, LoggedIn, "清零名单";
    GET "/api/v1/enterprises" => zero_out::enterprises, LoggedIn, "企业列表";
    GET "/api/v1/enterprises/{id}" => zero_out::enterprise, LoggedIn, "企业详情";

    POST "/api/v1/consultations" => consultations::open, Roles(&[Enterprise]), "发起问诊";
    GET "/api/v1/consultations" => consultations::list, LoggedIn, "问诊列表";
    GET "/api/v1/consultations/{id}" => consultations::consultation, LoggedIn, "问诊详情";
    GET "/api/v1/consultations/{id}/history" => consultations::history, LoggedIn, "问诊经过";
    GET "/api/v1/consultations/{id}/match" => consultations::explain, LoggedIn, "为何派给该专家";
    GET "/api/v1/consultations/{id}/messages" => consultations::messages, LoggedIn, "读取消息";
    POST "/api/v1/consultations/{id}/messages" => consultations::send, LoggedIn, "发送消息";
    POST "/api/v1/consultations/{id}/accept" => consultations::accept, Roles(&[Expert]), "接受派单";
    POST "/api/v1/consultations/{id}/decline" => consultations::decline, Roles(&[Expert]), "谢绝派单";
    POST "/api/v1/consultations/{id}/transfer" => consultations::transfer, Roles(&[Expert]), "转诊";
    POST "/api/v1/consultations/{id}/assign" => consultations::assign, Roles(&[Admin]), "指派专家";
    POST "/api/v1/consultations/{id}/pin" => consultations::pin, Roles(&[Admin]), "固定专家";
    POST "/api/v1/consultations/{id}/unpin" => consultations::unpin, Roles(&[Admin]), "取消固定专家";
    POST "/api/v1/consultations/{id}/invite" => consultations::invite, Roles(&[Expert, Admin]), "邀请会诊";
    POST "/api/v1/consultations/{id}/opinion" => consultations::opine, Roles(&[Expert]), "发表会诊意见";
    POST "/api/v1/consultations/{id}/reopen" => consultations::reopen, Roles(&[Enterprise, Admin]), "重新打开问诊";
    POST "/api/v1/consultations/{id}/advice" => consultations::advise, Roles(&[Expert]), "给出整改意见";
    POST "/api/v1/consultations/{id}/conclude" => consultations::conclude, Roles(&[Expert]), "办结问诊";
    POST "/api/v1/consultations/{id}/rating" => consultations::rate, Roles(&[Enterprise]), "评价";
    GET "/api/v1/consultations/{id}/transcript" => transcript::transcript, LoggedIn, "下载问诊记录";
    GET "/api/v1/ws" => chat::socket, LoggedIn, "打开聊天连接";

    POST "/api/v1/attachments" => attachments::upload, Roles(&[Enterprise, Expert, Admin]), "上传附件";
    GET "/api/v1/attachments/{id}" => attachments::download, LoggedIn, "下载附件";
    POST "/api/v1/matching/plans" => plans::request, Roles(&[Admin]), "提交巡回问诊分派方案的计算";
    GET "/api/v1/matching/plans" => plans::list, Roles(&[Admin]), "分派方案列表";
    GET "/api/v1/matching/plans/{id}" => plans::plan, Roles(&[Admin]), "分派方案进度与结果";
    GET "/api/v1/matching/plans/{id}/assignments" => plans::assignments, Roles(&[Admin]), "方案与现状逐企业对比";
    GET "/api/v1/matching/plans/{id}/unserved" => plans::unserved, Roles(&[Admin]), "方案未能安排的企业及原因";
    GET "/api/v1/matching/plans/{id}/experts" => plans::experts, Roles(&[Admin]), "方案前后各专家的负荷";
    GET "/api/v1/matching/plans/{id}/changes" => plans::changes, Roles(&[Admin]), "方案算出以来的变更";
    GET "/api/v1/matching/plans/{id}/pairs" => plans::pairs, Roles(&[Admin]), "导出方案的全部可派组合";
    POST "/api/v1/matching/plans/{id}/apply" => plans::apply, Roles(&[Admin]), "执行方案并邀请企业";
    POST "/api/v1/matching/plans/{id}/discard" => plans::discard, Roles(&[Admin]), "作废方案";

    GET "/api/v1/remediation/cases" => remediation::list, LoggedIn, "整改案件列表";
    POST "/api/v1/remediation/cases" => remediation::open, Roles(&[Admin]), "登记责令改正并立案";
    GET "/api/v1/remediation/cases/{id}" => remediation::case, LoggedIn, "案件详情";
    POST "/api/v1/remediation/cases/{id}/events" => remediation::step, Roles(&[Enterprise, Admin]), "登记案件步骤";
    POST "/api/v1/remediation/cases/{id}/actions" => remediation::add_action, Roles(&[Enterprise, Expert, Admin]), "登记整改措施";
    POST "/api/v1/remediation/cases/{id}/actions/{action}/accept" => remediation::accept_action, Roles(&[Enterprise]), "接受整改措施";
    POST "/api/v1/remediation/cases/{id}/actions/{action}/decline" => remediation::decline_action, Roles(&[Enterprise]), "不接受整改措施";
    POST "/api/v1/remediation/cases/{id}/actions/{action}/complete" => remediation::complete_action, Roles(&[Enterprise]), "登记措施完成";
    POST "/api/v1/remediation/cases/{id}/actions/{action}/reopen" => remediation::reopen_action, Roles(&[Admin]), "退回已完成的措施";
    PUT "/api/v1/remediation/cases/{id}/criteria/{key}" => remediation::decide, Roles(&[Admin]), "认定康复标准";
    GET "/api/v1/remediation/cases/{id}/dossier" => dossier::dossier, LoggedIn, "案卷";
    POST "/api/v1/remediation/cases/{id}/evidence" => remediation::add_evidence, Roles(&[Enterprise]), "提交整改证据";

    GET "/api/v1/remediation/alerts" => alerts::list, Roles(&[Admin]), "质量预警列表";
    GET "/api/v1/remediation/alerts/{id}" => alerts::alert, Roles(&[Admin]), "质量预警详情";
    POST "/api/v1/remediation/alerts/{id}/meeting" => alerts::meeting, Roles(&[Admin]), "登记质量分析会";
    POST "/api/v1/remediation/alerts/{id}/dismiss" => alerts::dismiss, Roles(&[Admin]), "撤销质量预警";

    GET "/api/v1/reports/overview" => reports::overview, Roles(&[Admin, Operator]), "总览";
    GET "/api/v1/reports/zero-out-rate" => reports::zero_out_rate, Roles(&[Admin, Operator]), "清零率";
    GET "/api/v1/reports/funnel" => reports::funnel, Roles(&[Admin, Operator]), "帮扶进度漏斗";
    GET "/api/v1/reports/experts" => reports::experts, Roles(&[Admin, Operator]), "专家工作量";
    GET "/api/v1/reports/deadlines" => reports::deadlines, Roles(&[Admin, Operator]), "法定期限";
    GET "/api/v1/reports/published-figures" => reports::published, Roles(&[Admin, Operator]), "已公布的数据";
    POST "/api/v1/reports/published-figures" => reports::publish, Roles(&[Admin]), "登记已公布的数据";
    GET "/api/v1/reports/deadline-days" => reports::deadline_days, Roles(&[Admin, Operator]), "逐日法定期限";

    GET "/api/v1/audit" => audit::list, Roles(&[Admin, Operator]), "审计记录";

    GET "/healthz" => machine::healthz, Public, "进程是否存活";
    GET "/readyz" => machine::readyz, Public, "是否可以服务";
    GET "/metrics" => machine::metrics, Public, "监控指标";
}

/// Gives the table to the server.
pub(super) fn configure(config: &mut ServiceConfig) {
    let mut paths: Vec<&'static str> = Vec::new();
    for row in ROUTES {
        if !paths.contains(&row.path) {
            paths.push(row.path);
        }
    }
    for path in paths {
        let rows = ROUTES.iter().filter(|row| row.path == path);
        let mut resource = web::resource(path);
        for row in rows.clone() {
            let around = from_fn(move |request, next| middleware::guard(row, request, next));
            resource = resource.route(of_method((row.handler)(), row.method).wrap(around));
        }
        let methods: Vec<_> = rows.map(|row| row.method).collect();
        config.service(resource.default_service(other_methods(&methods)));
    }
}

/// The route for one method; GET takes HEAD along.
pub(super) fn of_method(route: Route, method: &str) -> Route {
    match method {
        "GET" => route.guard(guard::Any(guard::Get()).or(guard::Head())),
        method => route.method(Method::from_bytes(method.as_bytes()).unwrap_or(Method::GET)),
    }
}

/// What a resource answers to the methods that it has no route for.
pub(super) fn other_methods(methods: &[&str]) -> Route {
    let mut allow: Vec<&str> = methods.to_vec();
    if allow.contains(&"GET") {
        allow.push("HEAD");
    }
    allow.push("OPTIONS");
    let allow = allow.join(", ");
    web::to(move |request: HttpRequest| {
        let answer: Answer = if request.method() == Method::OPTIONS {
            Ok(HttpResponse::NoContent().insert_header(("Allow", allow.as_str())).finish())
        } else {
            Err(Failure::method_not_allowed(allow.clone()))
        };
        std::future::ready(answer)
    })
}

/// 404 for a path that is not in the table.
pub(super) async fn nothing_here() -> Answer {
    Err(Problem::not_found().into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn table_and_annotations_agree() {
        let document = serde_json::to_value(Documented::openapi()).unwrap();
        let documented: BTreeSet<_> = document["paths"]
            .as_object()
            .unwrap()
            .iter()
            .flat_map(|(path, item)| {
                item.as_object().unwrap().keys().map(move |m| (m.to_uppercase(), path.clone()))
            })
            .collect();
        let table: BTreeSet<_> = ROUTES.iter().map(|r| (r.method.to_owned(), r.path.to_owned())).collect();
        assert_eq!(table.len(), ROUTES.len(), "a row stands twice");
        assert_eq!(documented, table);
    }
}
