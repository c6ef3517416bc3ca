//! The description of the API: OpenAPI 3.1, made from the code.

use axum::response::{IntoResponse, Response};
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{
    ComponentsBuilder, ContactBuilder, InfoBuilder, LicenseBuilder, OpenApi, OpenApiBuilder, SecurityRequirement,
};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::events::Changed;
use super::live::{Level, ZoneLevel};
use super::problem::Problem;
use super::{App, Failures};

/// Who it is and how one signs in.
pub(super) fn head() -> OpenApi {
    let info = InfoBuilder::new()
        .title("Loa")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(
            "What a person or a script may ask of a running station. Times are RFC 3339 with the station's offset. Changes take \
             `If-Match`; commands take `Idempotency-Key`. A browser's session comes in a cookie and is confirmed by the header \
             `X-Loa-CSRF` on whatever changes something; a script sends a token.\n\n\
             Whatever the program does from the command line on a running station has an address here, but for what belongs to \
             the machine: starting the station (`loa run`), putting a copy back in its place (`loa restore`), the pages and \
             completions of the command line, and `loa simulate`, which rehearses a scenario of its own into a data folder of \
             its own and has nothing to do with this station; `/rehearsal` rehearses this station's own plan.",
        ))
        .contact(Some(ContactBuilder::new().name(Some("Loa")).build()))
        .license(Some(LicenseBuilder::new().name("MIT OR Apache-2.0").build()))
        .build();
    let session = SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::new(super::caller::COOKIE)));
    let token = SecurityScheme::Http(HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build());
    let components = ComponentsBuilder::new()
        .schema_from::<Problem>()
        // What events carry, which no answer names.
        .schema_from::<Level>()
        .schema_from::<ZoneLevel>()
        .schema_from::<Changed>()
        .security_scheme("session", session)
        .security_scheme("token", token)
        .build();
    let either = ["session", "token"].map(|name| SecurityRequirement::new::<_, [&str; 0], &str>(name, []));
    OpenApiBuilder::new().info(info).components(Some(components)).security(Some(either)).build()
}

/// Names each operation by its method and address, so that no two have the same name: `post_air_play`.
pub(super) fn name_operations(described: &mut OpenApi) {
    for (path, item) in &mut described.paths.paths {
        let words: Vec<&str> = path.split('/').skip(3).map(|word| word.trim_matches(['{', '}'])).collect();
        let words = words.join("_").replace(['-', '.'], "_");
        let operations = [
            ("get", &mut item.get),
            ("put", &mut item.put),
            ("post", &mut item.post),
            ("patch", &mut item.patch),
            ("delete", &mut item.delete),
            ("head", &mut item.head),
        ];
        for (method, operation) in operations {
            if let Some(operation) = operation {
                operation.operation_id = Some(format!("{method}_{words}"));
            }
        }
    }
}

/// The whole description.
#[must_use]
pub fn openapi() -> OpenApi {
    super::api().1
}

/// This description.
#[utoipa::path(get, path = "/openapi.json", tag = "interface", security(()), responses(
    (status = OK, description = "OpenAPI 3.1", content_type = "application/json", body = Object), Failures,
))]
async fn description() -> Response {
    axum::Json(openapi()).into_response()
}

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(description))
}
