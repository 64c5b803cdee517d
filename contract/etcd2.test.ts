import { etcd2 } from './subjects';
import { tryRules } from './try-rules';

tryRules(etcd2);
