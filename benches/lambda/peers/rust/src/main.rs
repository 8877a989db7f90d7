//! The smallest action link, with every crate used as in its README: one key and no log. A link
//! works again when its booking is put back.

use std::env;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::AttributeValue::S;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode};
use lambda_http::{Body, Error, Request, RequestExt, Response, run, service_fn};
use serde::Deserialize;

#[derive(Deserialize)]
struct Claims {
    booking_id: String,
    action: String,
}

struct Function {
    dynamodb: Client,
    table: String,
    key: DecodingKey,
    validation: Validation,
}

impl Function {
    async fn click(&self, request: Request) -> Result<Response<Body>, Error> {
        let refused = |status| Ok(Response::builder().status(status).body(Body::Empty)?);
        let query = request.query_string_parameters();
        let signature = query.first("signature").unwrap_or_default();
        let Ok(token) = decode::<Claims>(signature, &self.key, &self.validation) else { return refused(401) };
        let (from, to) = match token.claims.action.as_str() {
            "confirm" => ("tentative", "confirmed"),
            "decline" => ("tentative", "declined"),
            _ => return refused(404),
        };
        let update = self.dynamodb.update_item().table_name(&self.table).key("id", S(token.claims.booking_id));
        let update = update.update_expression("SET #state = :to").condition_expression("#state = :from");
        let update = update.expression_attribute_names("#state", "state");
        let update = update.expression_attribute_values(":from", S(from.into()));
        match update.expression_attribute_values(":to", S(to.into())).send().await {
            Ok(_) => {
                let location = query.first("redirect").unwrap_or("/");
                Ok(Response::builder().status(302).header("location", location).body(Body::Empty)?)
            }
            Err(error) if error.as_service_error().is_some_and(|e| e.is_conditional_check_failed_exception()) => {
                refused(410)
            }
            Err(error) => Err(error.into()),
        }
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    tracing_subscriber::fmt().json().init();
    let mut validation = Validation::new(Algorithm::HS256);
    validation.required_spec_claims.clear();
    let function = Function {
        dynamodb: Client::new(&aws_config::load_from_env().await),
        table: env::var("TABLE")?,
        key: DecodingKey::from_secret(env::var("API_KEY")?.as_bytes()),
        validation,
    };
    run(service_fn(|request| function.click(request))).await
}
