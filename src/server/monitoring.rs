//! Health, readiness and metrics, for whoever monitors the server.

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse};
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::App;
use crate::core::secret::sha256;
use crate::core::{Code, Problem, Text};
use crate::db::migrate;
use crate::server::settings::MetricsSettings;
use crate::web::extra_listeners::ListenerName;
use crate::web::problem::Answer;
use crate::web::reply::{ok, read};
use crate::web::state::{State, WebState};

/// That the process lives.
#[derive(Debug, Serialize, ToSchema)]
pub struct Health {
    /// Always `ok`.
    status: &'static str,
    /// The program's version.
    version: &'static str,
}

/// Whether the process lives. Asks nothing else.
#[utoipa::path(get, path = "/healthz", tag = "monitoring", extensions(("x-always-answered" = json!(true))), responses((status = 200, body = Health)))]
pub async fn healthz() -> Answer {
    ok(Health { status: "ok", version: env!("CARGO_PKG_VERSION") })
}

/// Whether the server is ready for work.
#[derive(Debug, Serialize, ToSchema)]
pub struct Readiness {
    /// Whether all checks are well.
    ready: bool,
    /// Each check.
    checks: Vec<Check>,
}

/// One check of readiness. What exactly is wrong is in the log.
#[derive(Debug, Serialize, ToSchema)]
pub struct Check {
    /// `database`, `migrations`, `draining`, and what others have registered.
    name: &'static str,
    /// Whether it is well.
    ok: bool,
}

/// Whether the server is ready for work: database reachable and migrated, not draining, and what else is registered.
#[utoipa::path(get, path = "/readyz", tag = "monitoring", extensions(("x-always-answered" = json!(true))),
    responses((status = 200, body = Readiness), (status = 503, body = Readiness)))]
pub async fn readyz(state: State) -> Answer {
    let shared = state.clone();
    let checks = read(&state, move |app| Ok(checks(app, &shared))).await?;
    let ready = checks.iter().all(|check| check.ok);
    let mut response = if ready { HttpResponse::Ok() } else { HttpResponse::ServiceUnavailable() };
    Ok(response.insert_header(("Cache-Control", "no-store")).json(Readiness { ready, checks }))
}

fn checks(app: &App, state: &WebState) -> Vec<Check> {
    let mut checks = vec![Check { name: "draining", ok: !state.is_draining() }];
    let mut add = |name, result: Result<(), String>| {
        if let Err(cause) = &result {
            tracing::warn!(check = name, cause, "not ready");
        }
        checks.push(Check { name, ok: result.is_ok() });
    };
    let mut conn = match state.health_database.get() {
        Err(problem) => {
            add("database", Err(problem.to_string()));
            return checks;
        }
        Ok(conn) => conn,
    };
    add("database", Ok(()));
    let migrations = match migrate::lacks_migrations(&mut conn) {
        Ok(false) => Ok(()),
        Ok(true) => Err("the database lacks a migration".to_owned()),
        Err(problem) => Err(problem.to_string()),
    };
    add("migrations", migrations);
    for ready in &state.ready {
        add(ready.name, (ready.check)(app, &mut conn));
    }
    checks
}

/// The extra listener that serves the metrics.
pub const METRICS_LISTENER: &str = "metrics";

fn may_read_metrics(state: &WebState, request: &HttpRequest) -> Result<(), Problem> {
    let settings = state.app.settings();
    let metrics = settings.section::<MetricsSettings>();
    let of_their_own = request.app_data::<ListenerName>().is_some_and(|name| name.0 == METRICS_LISTENER);
    if !metrics.address.is_empty() && !of_their_own {
        return Err(Problem::not_found());
    }
    if metrics.token.is_empty() {
        let open = of_their_own || !settings.is_production();
        return if open { Ok(()) } else { Err(Problem::not_found()) };
    }
    let sent = request.headers().get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let sent = sent.and_then(|value| value.strip_prefix("Bearer ")).unwrap_or_default().trim();
    // By their hashes, so that the time tells nothing.
    if sha256(sent.as_bytes()) == sha256(metrics.token.expose().as_bytes()) {
        Ok(())
    } else {
        let text = Text::new(
            "读取监控指标须提供令牌（metrics.token）",
            "the metrics need the token of the setting metrics.token",
        );
        Err(Problem::new(Code::Unauthenticated, text))
    }
}

/// The metrics, as Prometheus reads them: at the address of their own (`metrics.address`), with the token (`metrics.token`), or, in
/// development, for everybody.
#[utoipa::path(get, path = "/metrics", tag = "monitoring", extensions(("x-always-answered" = json!(true))),
    responses((status = 200, body = String, content_type = "text/plain; version=0.0.4")))]
pub async fn metrics(state: State, request: HttpRequest) -> Answer {
    may_read_metrics(&state, &request)?;
    let text = state.metrics.text(state.app.pool())?;
    Ok(HttpResponse::Ok().content_type(prometheus::TEXT_FORMAT).body(text))
}
