//! The streams of the embedded engine's tables.

use std::fmt;

use dynoxide::actions::describe_stream::DescribeStreamRequest;
use dynoxide::actions::get_records::GetRecordsRequest;
use dynoxide::actions::get_shard_iterator::GetShardIteratorRequest;
use dynoxide::actions::list_streams::ListStreamsRequest;
use dynoxide::{Database, DynoxideError};
use serde_json::Value;

use super::error::EmulatorError;

/// The streams of an engine's tables.
#[derive(Clone)]
pub struct Streams(pub(super) Database);

impl Streams {
    /// The records of a table's stream, the oldest first, as a reader of streams gets them. There are none
    /// if the table has no stream.
    pub fn records(&self, table: &str) -> Result<Vec<Value>, EmulatorError> {
        self.read(table).map_err(|error| EmulatorError::Engine(error.to_string()))
    }

    fn read(&self, table: &str) -> Result<Vec<Value>, DynoxideError> {
        let mut records = Vec::new();
        let request = ListStreamsRequest { table_name: Some(table.to_owned()), ..ListStreamsRequest::default() };
        for stream in self.0.list_streams(request)?.streams {
            let request = DescribeStreamRequest { stream_arn: stream.stream_arn, ..DescribeStreamRequest::default() };
            let stream = self.0.describe_stream(request)?.stream_description;
            for shard in stream.shards {
                self.read_shard(&stream.stream_arn, shard.shard_id, &mut records)?;
            }
        }
        Ok(records)
    }

    fn read_shard(&self, stream: &str, shard_id: String, records: &mut Vec<Value>) -> Result<(), DynoxideError> {
        let start = GetShardIteratorRequest {
            stream_arn: stream.to_owned(),
            shard_id,
            shard_iterator_type: "TRIM_HORIZON".to_owned(),
            sequence_number: None,
        };
        let mut next = self.0.get_shard_iterator(start)?.shard_iterator;
        while let Some(shard_iterator) = next.take() {
            let page = self.0.get_records(GetRecordsRequest { shard_iterator, limit: None })?;
            // An open shard always has a next page; an empty one is the end for now.
            next = page.next_shard_iterator.filter(|_| !page.records.is_empty());
            // A record is JSON, so it can be written as JSON.
            records.extend(page.records.iter().filter_map(|record| serde_json::to_value(record).ok()));
        }
        Ok(())
    }
}

impl fmt::Debug for Streams {
    /// Without the tables.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Streams").finish_non_exhaustive()
    }
}
