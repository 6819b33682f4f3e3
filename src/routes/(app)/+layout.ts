export const ssr = false;

// Said here, the way to the engine is fetched beside the app and not after it.
export { connect as _connect } from '$lib/matrix/remote/connect';
