import { etcd3 } from './subjects';
import { tryRules } from './try-rules';

tryRules(etcd3);
