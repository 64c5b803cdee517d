import { zookeeper } from './subjects';
import { tryRules } from './try-rules';

tryRules(zookeeper);
