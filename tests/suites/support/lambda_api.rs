//! A stand-in for Lambda's `Invoke`, for the AWS SDKs of other languages: each call goes to a real
//! bootstrap.

use std::net::Ipv4Addr;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{Response, StatusCode};
use axum::routing::post;
use tokio::net::TcpListener;
use tokio::sync::Mutex;

use super::runtime_api::{Program, Reply};

/// The name of the function that it has.
pub(crate) const FUNCTION: &str = "booking-links";

/// Its address. It stops with the test's runtime.
pub(crate) async fn start(program: Program) -> String {
    let router = Router::new()
        .route("/2015-03-31/functions/{name}/invocations", post(invoke))
        .with_state(Arc::new(Mutex::new(program)));
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    format!("http://{address}")
}

async fn invoke(State(program): State<Arc<Mutex<Program>>>, Path(name): Path<String>, event: String) -> Response<Body> {
    if name != FUNCTION {
        let error =
            Response::builder().status(StatusCode::NOT_FOUND).header("x-amzn-errortype", "ResourceNotFoundException");
        return error.body(Body::from(r#"{"Type":"User","Message":"Function not found"}"#)).unwrap();
    }
    let answer = Response::builder();
    match program.lock().await.invoke(&event).await {
        Reply::Response(json) => answer.body(Body::from(json.to_string())).unwrap(),
        Reply::Error(json) => {
            answer.header("x-amz-function-error", "Unhandled").body(Body::from(json.to_string())).unwrap()
        }
    }
}
