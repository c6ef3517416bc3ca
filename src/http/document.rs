//! The description of the API: OpenAPI 3.1, made from the code.

use axum::response::{IntoResponse, Response};
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{
    ComponentsBuilder, ContactBuilder, InfoBuilder, LicenseBuilder, OpenApi, OpenApiBuilder, SecurityRequirement,
};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::events::Changed;
use super::live::Level;
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
             `X-Loa-CSRF` on whatever changes something; a script sends a token.",
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
        .schema_from::<Changed>()
        .security_scheme("session", session)
        .security_scheme("token", token)
        .build();
    let either = ["session", "token"].map(|name| SecurityRequirement::new::<_, [&str; 0], &str>(name, []));
    OpenApiBuilder::new().info(info).components(Some(components)).security(Some(either)).build()
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
