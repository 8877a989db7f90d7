//! The address of the engine that others may know. The engine itself answers every web page.

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::{Response, StatusCode, Uri};
use axum::middleware::from_fn;
use axum::response::IntoResponse;
use axum::serve::ListenerExt;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use tokio::net::TcpListener;

use super::guard::guard;

/// Passes what [`guard`] lets through to the engine at `endpoint`. It ends with its runtime.
pub(super) async fn serve(listener: TcpListener, endpoint: String) {
    // Head and body of a message are two packets. The second one would wait for the first one's acknowledgement.
    let mut connector = HttpConnector::new();
    connector.set_nodelay(true);
    let listener = listener.tap_io(|connection| {
        // It is only slower without.
        let _ = connection.set_nodelay(true);
    });
    let client = Client::builder(TokioExecutor::new()).build::<_, Body>(connector);
    let pass = move |mut request: Request| {
        let (client, endpoint) = (client.clone(), endpoint.clone());
        async move {
            let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
            let Ok(uri) = format!("{endpoint}{path}").parse::<Uri>() else {
                return StatusCode::BAD_REQUEST.into_response();
            };
            *request.uri_mut() = uri;
            let answer = client.request(request).await;
            answer
                .map_or_else(|_| StatusCode::BAD_GATEWAY.into_response(), |answer: Response<_>| answer.into_response())
        }
    };
    let router = Router::new().fallback(pass).layer(from_fn(guard));
    // It ends only if the listener does.
    let _ = axum::serve(listener, router).await;
}
