//! The headers of requests to DynamoDB.

use aws_runtime::invocation_id::InvocationIdInterceptor;
use aws_runtime::request_info::RequestInfoInterceptor;
use aws_runtime::user_agent::UserAgentInterceptor;
use aws_sdk_dynamodb::config::interceptors::{
    BeforeSerializationInterceptorContextRef, BeforeTransmitInterceptorContextMut,
};
use aws_sdk_dynamodb::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_sdk_dynamodb::error::BoxError;
use aws_smithy_runtime_api::client::interceptors::{disable_interceptor, dyn_dispatch_hint};

/// Replaces the SDK's own user agent by our name, and leaves out its headers for statistics: which attempt a request
/// is, and an id of the SDK's own (the id that AWS's support asks for is DynamoDB's, and is in each
/// [`StoreError`](super::StoreError)). The SDK makes them for each request, and signs them.
#[derive(Debug)]
pub(super) struct Headers;

#[dyn_dispatch_hint]
impl Intercept for Headers {
    fn name(&self) -> &'static str {
        "headers"
    }

    fn read_before_execution(
        &self,
        _context: &BeforeSerializationInterceptorContextRef<'_>,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let state = config.interceptor_state();
        state.store_put(disable_interceptor::<UserAgentInterceptor>("there is a user agent"));
        state.store_put(disable_interceptor::<RequestInfoInterceptor>("DynamoDB does not read it"));
        state.store_put(disable_interceptor::<InvocationIdInterceptor>("DynamoDB does not read it"));
        Ok(())
    }

    fn modify_before_transmit(
        &self,
        context: &mut BeforeTransmitInterceptorContextMut<'_>,
        _components: &RuntimeComponents,
        _config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        context.request_mut().headers_mut().insert("user-agent", concat!("action-links/", env!("CARGO_PKG_VERSION")));
        Ok(())
    }
}
