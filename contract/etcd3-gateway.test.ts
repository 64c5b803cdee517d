import { gateway } from './subjects';
import { tryRules } from './try-rules';

tryRules(gateway);
