//! The OpenAPI document: what the handlers' annotations say, and what holds for all of them and is therefore said once,
//! here: problems, languages, idempotency keys and who may call.

use serde_json::{Map, Value, json};
use utoipa::{OpenApi, ToSchema};

use crate::core::Problem;
use crate::core::problem::{ProblemArticle, ProblemBody, ProblemField};
use crate::web::extract::IDEMPOTENCY_KEY;
use crate::web::room::{ALWAYS_ANSWERED, Access, RouteInfo, STEP_UP, WITHOUT_KEY};

/// The OpenAPI document of these routes, as JSON.
///
/// # Errors
/// When it can't be serialised, which a test excludes.
pub fn json(routes: &[RouteInfo]) -> Result<Vec<u8>, Problem> {
    Ok(serde_json::to_vec(&document(routes)?)?)
}

/// The OpenAPI document of these routes.
///
/// # Errors
/// As [`json()`].
#[expect(clippy::indexing_slicing, reason = "the document of utoipa is an object with objects in it")]
pub fn document(routes: &[RouteInfo]) -> Result<Value, Problem> {
    #[derive(OpenApi)]
    #[openapi()]
    struct Empty;
    let mut documented = Empty::openapi();
    for row in routes {
        documented.merge((row.document)());
    }
    let mut document = serde_json::to_value(documented)?;
    document["info"] = json!({
        "title": "ZeroDesk",
        "version": env!("CARGO_PKG_VERSION"),
        "description": "产品质量专家服务台 · An expert help-desk for product quality.\n\n\
            Times are RFC 3339 with offset; dates of the law are `YYYY-MM-DD` in Asia/Shanghai. Lists are paged by `limit` and \
            `cursor`. Errors are `application/problem+json` (RFC 9457), in Chinese or, by `Accept-Language`, in English.",
        "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" },
    });
    add_components(&mut document)?;
    for row in routes {
        let method = row.method.to_lowercase();
        let Some(operation) = document.pointer_mut(&format!("/paths/{}/{method}", escaped(row.path))) else {
            return Err(Problem::internal(format!("{method} {} is not documented", row.path)));
        };
        if let Value::Object(operation) = operation {
            complete(operation, row);
            operation.insert("x-summary-zh".to_owned(), json!(row.zh));
        }
    }
    Ok(document)
}

fn escaped(path: &str) -> String {
    path.replace('~', "~0").replace('/', "~1")
}

#[expect(clippy::indexing_slicing, reason = "the document of utoipa is an object with objects in it")]
fn add_components(document: &mut Value) -> Result<(), Problem> {
    let components = &mut document["components"];
    components["schemas"]["Problem"] =
        serde_json::to_value(<ProblemBody as utoipa::PartialSchema>::schema())?;
    let field = serde_json::to_value(<ProblemField as utoipa::PartialSchema>::schema())?;
    components["schemas"][ProblemField::name().as_ref()] = field;
    let article = serde_json::to_value(<ProblemArticle as utoipa::PartialSchema>::schema())?;
    components["schemas"][ProblemArticle::name().as_ref()] = article;
    components["responses"] = json!({
        "Problem": {
            "description": "A refusal or a failure (RFC 9457).",
            "headers": {
                "Content-Language": { "schema": { "type": "string", "enum": ["zh-CN", "en"] } },
                "X-Request-Id": { "schema": { "type": "string", "format": "uuid" } },
            },
            "content": { "application/problem+json": { "schema": { "$ref": "#/components/schemas/Problem" } } },
        }
    });
    components["parameters"] = json!({
        "AcceptLanguage": {
            "name": "Accept-Language", "in": "header", "required": false,
            "description": "The language of problems and names; Chinese in doubt.",
            "schema": { "type": "string" }, "example": "en",
        },
        "IdempotencyKey": {
            "name": IDEMPOTENCY_KEY, "in": "header", "required": false,
            "description": "1 to 255 visible ASCII characters. The same request with the same key is done once and answered again.",
            "schema": { "type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$" },
        },
    });
    components["securitySchemes"] = json!({
        "bearer": { "type": "http", "scheme": "bearer", "bearerFormat": "JWT" },
        "session": { "type": "apiKey", "in": "cookie", "name": crate::web::identity::SESSION_COOKIE },
    });
    Ok(())
}

fn complete(operation: &mut Map<String, Value>, row: &RouteInfo) {
    let RouteInfo { path, method, access, .. } = *row;
    operation.retain(|name, _| name != WITHOUT_KEY && name != ALWAYS_ANSWERED);
    let parameters = operation.entry("parameters").or_insert_with(|| json!([]));
    if let Value::Array(parameters) = parameters {
        for name in path.split('{').skip(1).filter_map(|part| part.split('}').next()) {
            let known = parameters.iter().any(|p| p["name"] == name && p["in"] == "path");
            if !known {
                parameters.push(json!({
                    "name": name, "in": "path", "required": true, "schema": { "type": "string", "format": "uuid" },
                }));
            }
        }
        if path.starts_with("/api/") {
            parameters.push(json!({ "$ref": "#/components/parameters/AcceptLanguage" }));
        }
        if method == "POST" && !row.without_key {
            parameters.push(json!({ "$ref": "#/components/parameters/IdempotencyKey" }));
        }
    }
    let steps_up = operation.contains_key(STEP_UP);
    let has_input = operation.contains_key("requestBody")
        || operation["parameters"].as_array().is_some_and(|p| p.iter().any(|p| p["in"] == "query"));
    if let Some(Value::Object(responses)) = operation.get_mut("responses") {
        let mut problems = vec!["default"];
        match access {
            Access::Public => {}
            Access::LoggedIn | Access::SettingUp => problems.push("401"),
            Access::Roles(_)
            | Access::Hidden(_)
            | Access::ByPolicy(..)
            | Access::Knowing(..)
            | Access::Keys => problems.extend(["401", "403"]),
        }
        if steps_up {
            problems.push("403");
        }
        if path.contains('{') {
            problems.push("404");
        }
        if has_input {
            problems.push("422");
        }
        for status in problems {
            responses.entry(status).or_insert_with(|| json!({ "$ref": "#/components/responses/Problem" }));
        }
    }
    let (security, who) = match access {
        Access::Public => (json!([]), json!("public")),
        Access::LoggedIn | Access::SettingUp => {
            (json!([{ "bearer": [] }, { "session": [] }]), json!("logged-in"))
        }
        Access::Keys => (json!([{ "bearer": [] }]), json!("api-keys")),
        Access::Roles(roles)
        | Access::Hidden(roles)
        | Access::ByPolicy(roles, _)
        | Access::Knowing(roles, _) => (
            json!([{ "bearer": [] }, { "session": [] }]),
            json!(roles.iter().map(|r| r.as_str()).collect::<Vec<_>>()),
        ),
    };
    operation.insert("security".to_owned(), security);
    operation.insert("x-access".to_owned(), who);
    if let Some(scope) = row.key {
        operation.insert("x-key-scope".to_owned(), json!(scope));
    }
}
