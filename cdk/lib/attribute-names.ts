/**
 * The names of attributes in the bookings table.
 */
export interface AttributeNames {
  /**
   * The partition key. Another name only for a table that exists already.
   *
   * @default 'id'
   */
  readonly id?: string;

  /**
   * The attribute that holds a booking's state.
   *
   * @default 'state'
   */
  readonly state?: string;

  /**
   * The attribute that names a booking's graph.
   *
   * @default 'graph'
   */
  readonly graph?: string;

  /**
   * The attribute that names a booking's app. Another name only for a table that exists already.
   *
   * @default 'app_id'
   */
  readonly app?: string;
}
