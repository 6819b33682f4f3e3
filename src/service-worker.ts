import { version } from '$service-worker';
import { serve } from '$lib/offline/worker';

serve(version);
